package org.cirr.metrics.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Fitted learners come back with identical predictions; broken files are refused by name. */
class ClassifierFileTest {
  private static final String REMEDY = "; write the file again with ClassifierFile.write";
  private static final int CASES = 17;

  private static double[][] rows(long seed) {
    Random random = new Random(seed);
    double[][] rows = new double[CASES][5];
    for (double[] row : rows) {
      Arrays.setAll(row, j -> random.nextGaussian() * Math.pow(10, j - 2));
    }
    return rows;
  }

  private static int[] labels(int classes) {
    int[] labels = new int[CASES];
    Arrays.setAll(labels, i -> i % classes * 4 - 3);
    return labels;
  }

  static List<Learner> learners() {
    List<Learner> learners = new ArrayList<>(LearnerEdgeCasesTest.learners());
    learners.add(SupportVectors.defaults().withKernel(SupportVectors.Kernel.LINEAR));
    learners.add(new Pipeline(List.of(), false, DecisionTree.defaults()));
    return learners;
  }

  @ParameterizedTest
  @MethodSource("learners")
  void whatIsReadPredictsIdentically(Learner learner, @TempDir Path folder) throws IOException {
    for (int classes = 2; classes <= 3; classes++) {
      Classifier fitted = learner.fit(rows(classes), labels(classes));
      Path file = folder.resolve("model.json");
      ClassifierFile.write(file, fitted);
      Classifier read = ClassifierFile.read(file);
      assertEquals(fitted.getClass(), read.getClass());
      assertArrayEquals(fitted.classes(), read.classes());
      assertEquals(fitted.features(), read.features());
      assertEquals(fitted.probabilistic(), read.probabilistic());
      for (double[] row : rows(99)) {
        assertArrayEquals(fitted.scores(row), read.scores(row), learner.toString());
        assertEquals(fitted.predict(row), read.predict(row), learner.toString());
      }
      assertEquals(ClassifierFile.text(fitted), ClassifierFile.text(read));
    }
  }

  private static String refusal(String text) {
    return assertThrows(
            MalformedClassifierException.class, () -> ClassifierFile.parse("m.json", text))
        .getMessage();
  }

  private static String tree(String part, String changed) {
    String text =
        "{'format':'cirr-classifier','version':1,'kind':'decision-tree','features':2,"
            + "'classes':[0,1],'tree':{'feature':[1,-1,-1],'threshold':[0.5,0,0],"
            + "'left':[1,-1,-1],'right':[2,-1,-1],'impurity':[0.5,0,0],'weight':[4,2,2],"
            + "'value':[[0.5,0.5],[1,0],[0,1]]}}";
    assertTrue(text.contains(part), part);
    return text.replace(part, changed).replace('\'', '"');
  }

  @Test
  void aHandWrittenTreeIsRead() throws IOException {
    Classifier tree = ClassifierFile.parse("m.json", tree("0.5", "0.5"));
    assertEquals(0, tree.predict(new double[] {9, 0.5}));
    assertEquals(1, tree.predict(new double[] {9, 0.6}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'cirr-classifier'|'x'|format is 'x', expected 'cirr-classifier'",
        "'version':1|'version':2|version is 2, expected a whole number from 1 to 1",
        "'decision-tree'|7|kind is 7, expected a text",
        "'kind'|'king'|kind is missing",
        "'features':2|'features':0|features is 0, expected a whole number from 1 to 1048576",
        "'features':2|'features':1e99|features is 1e99, expected a whole number from 1 to 1048576",
        "[0,1],'tree'|[1,0],'tree'|classes is [1,0], expected one or more ascending whole numbers",
        "[0,1],'tree'|[],'tree'|classes is [], expected one or more ascending whole numbers",
        "[1,-1,-1],'t|[2,-1,-1],'t|tree.feature[0] is 2, expected a whole number from -1 to 1",
        "[1,-1,-1],'t|[],'t|tree.feature is empty, expected at least one node",
        "'left':[1,|'left':[0,|tree.left[0] is 0, expected a whole number from 1 to 2",
        "'right':[2,|'right':[3,|tree.right[0] is 3, expected a whole number from 1 to 2",
        "'right':[2,-1|'right':[2,0|tree.right[1] is 0, expected a whole number from -1 to -1",
        "[0.5,0,0],'left'|[0.5,0],'left'|tree.threshold has 2 elements, expected 3",
        "[1,0],[0|[1,0,0],[0|tree.value[1] has 3 elements, expected 2",
        "[4,2,2]|{}|tree.weight is an object, expected a list",
        "[4,2,2]|[4,2,true]|tree.weight[2] is true, expected a finite number",
        "[4,2,2]|[4,2,1e999]|tree.weight[2] is 1e999, expected a finite number",
        "[4,2,2]|[4,2,null]|tree.weight[2] is null, expected a finite number"
      })
  void wrongValuesAreRefusedWithTheirPlace(String part, String changed, String message) {
    String expected = "m.json: " + message.replace('\'', '"') + REMEDY;
    assertEquals(expected, refusal(tree(part, changed)));
  }

  @Test
  void whatIsNoJsonIsRefused(@TempDir Path folder) throws IOException {
    assertEquals("m.json: JSON is [1], expected an object" + REMEDY, refusal("[1]"));
    for (String text : List.of("", "{", "{\"a\":NaN}", "{} {}", "[".repeat(100_000))) {
      assertTrue(refusal(text).startsWith("m.json: JSON is not valid: "), text);
    }
    Path file = folder.resolve("latin.json");
    Files.write(file, "{\"ä\":1}".getBytes(StandardCharsets.ISO_8859_1));
    IOException thrown =
        assertThrows(MalformedClassifierException.class, () -> ClassifierFile.read(file));
    assertEquals(file + ": JSON is not UTF-8 text; save the file as UTF-8", thrown.getMessage());
  }

  @Test
  void pipelinesInPipelinesEndSomewhere() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append("{\"kind\":\"pipeline\",\"features\":1,\"chosen\":[0],\"classifier\":");
    }
    assertTrue(refusal(text.toString()).startsWith("m.json: JSON is not valid: "));
  }

  @Test
  void modelsThatDoNotFitTogetherAreRefused() {
    int[] labels = labels(3);
    Classifier pipeline = Pipeline.standardised(DecisionTree.defaults()).fit(rows(1), labels);
    String text = ClassifierFile.text(pipeline);
    assertEquals(
        "m.json: chosen has 2 elements, but the classifier takes 5 features" + REMEDY,
        refusal(text.replace("\"chosen\":[0,1,2,3,4]", "\"chosen\":[0,1]")));
    String support = ClassifierFile.text(SupportVectors.defaults().fit(rows(1), labels));
    assertTrue(
        refusal(support.replace("\"classes\":[-3,1,5]", "\"classes\":[-3,1]"))
            .contains("intercepts has 3 elements, expected 1"));
    assertTrue(
        refusal(support.replaceAll("\"gamma\":[^,]*", "\"gamma\":-1"))
            .contains("gamma is -1, expected a number above 0"));
    String bayes = ClassifierFile.text(GaussianNaiveBayes.defaults().fit(rows(1), labels));
    assertTrue(
        refusal(bayes.replaceAll("\"priors\":\\[[^,]*", "\"priors\":[2"))
            .contains("priors has a share that is not above 0 and up to 1"));
  }

  static List<Learner> smallLearners() {
    return learners().stream()
        .map(
            learner ->
                learner instanceof RandomForest forest
                    ? forest.withTrees(2)
                    : learner instanceof GradientBoosting boosting
                        ? boosting.withStages(1)
                        : learner)
        .toList();
  }

  /** Each value of each kind of file, one after the other, replaced by something else. */
  @ParameterizedTest
  @MethodSource("smallLearners")
  void anyValueMayBeBroken(Learner learner) {
    JsonObject root =
        JsonParser.parseString(ClassifierFile.text(learner.fit(rows(1), labels(3))))
            .getAsJsonObject();
    JsonElement[] replacements = {
      JsonNull.INSTANCE,
      new JsonPrimitive(-7),
      new JsonPrimitive(1e300),
      new JsonPrimitive("x"),
      new JsonArray(),
      new JsonObject()
    };
    int broken = breakEach(root, root, replacements);
    assertTrue(broken > 30, learner + ": " + broken);
  }

  private static int breakEach(JsonObject root, JsonElement part, JsonElement[] replacements) {
    int broken = 0;
    if (part.isJsonObject()) {
      for (Map.Entry<String, JsonElement> member : part.getAsJsonObject().entrySet()) {
        JsonElement kept = member.getValue();
        broken += breakEach(root, kept, replacements);
        for (JsonElement replacement : replacements) {
          member.setValue(replacement);
          broken += readOrRefuse(root);
        }
        member.setValue(kept);
      }
    } else if (part.isJsonArray()) {
      JsonArray array = part.getAsJsonArray();
      for (int i = 0; i < Math.min(2, array.size()); i++) {
        JsonElement kept = array.get(i);
        broken += breakEach(root, kept, replacements);
        for (JsonElement replacement : replacements) {
          array.set(i, replacement);
          broken += readOrRefuse(root);
        }
        array.set(i, kept);
      }
    }
    return broken;
  }

  /** 1 for a refusal by name; what is read must answer without any other exception. */
  private static int readOrRefuse(JsonObject root) {
    try {
      Classifier read = ClassifierFile.parse("m.json", root.toString());
      read.predict(new double[read.features()]);
      return 0;
    } catch (MalformedClassifierException e) {
      assertTrue(e.getMessage().startsWith("m.json: "), e.getMessage());
      return 1;
    }
  }
}
