package org.cirr.nn;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows of the house: who may see whom. */
class HouseTest {
  private static final JavaClasses CIRR =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("org.cirr");

  /** Which of cirr's modules each module's pom may name, but for its tests. */
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          "cirr-core", Set.of(),
          "cirr-io", Set.of("cirr-core"),
          "cirr-metrics", Set.of("cirr-core"),
          "cirr-cuda", Set.of("cirr-core"),
          "cirr-nn", Set.of("cirr-core", "cirr-io", "cirr-metrics"),
          "benchmarks", Set.of("cirr-nn"));

  @Test
  void theClassesOfAllFourModulesAreSeenHere() {
    assertTrue(CIRR.contain("org.cirr.tensor.Tensor"));
    assertTrue(CIRR.contain("org.cirr.io.file.AtomicFile"));
    assertTrue(CIRR.contain("org.cirr.nn.cli.Main"));
  }

  @ParameterizedTest
  @CsvSource({
    "org.cirr.io.., org.cirr.metrics..",
    "org.cirr.io.., org.cirr.nn..",
    "org.cirr.metrics.., org.cirr.io..",
    "org.cirr.metrics.., org.cirr.nn..",
    "org.cirr.nn.., org.cirr.cuda..",
    "org.cirr.tensor.., org.cirr.backend..",
    "org.cirr.op.., org.cirr.backend..",
    "org.cirr.graph.., org.cirr.backend..",
    "org.cirr.nn.segment.., org.cirr.nn.cli..",
    "org.cirr.nn.preview.., org.cirr.nn.cli.."
  })
  void packagesDoNotSee(String from, String to) {
    noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(to)
        .allowEmptyShould(true)
        .check(CIRR);
  }

  @Test
  void coreSeesNoOtherModule() {
    noClasses()
        .that()
        .resideOutsideOfPackages("org.cirr.io..", "org.cirr.metrics..", "org.cirr.nn..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.cirr.io..", "org.cirr.metrics..", "org.cirr.nn..")
        .check(CIRR);
  }

  @Test
  void onlyTheSimdBackendImportsTheVectorModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.cirr.backend.simd..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(CIRR);
  }

  /** A second vector width spoils HotSpot's profiles for the first, see MixedProfiles. */
  @Test
  void onlyLanesChoosesAVectorWidth() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.cirr.backend.simd.Lanes")
        .should()
        .accessFieldWhere(target(nameStartingWith("SPECIES_")))
        .check(CIRR);
  }

  @Test
  void nobodyUsesTheNetwork() {
    noClasses().should().dependOnClassesThat().resideInAPackage("java.net..").check(CIRR);
  }

  @Test
  void nobodyLogsThroughJavaUtilLogging() {
    noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..").check(CIRR);
  }

  @Test
  void onlyMainEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("org.cirr.nn.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .check(CIRR);
  }

  @Test
  void thePomsNameOnlyTheModulesBelowThem() throws IOException {
    Path root = Path.of("..").toAbsolutePath().normalize();
    Pattern dependency =
        Pattern.compile(
            "<dependency>\\s*<groupId>org\\.cirr</groupId>\\s*<artifactId>([^<]+)<"
                + "((?!</dependency>)[\\s\\S])*");
    for (Map.Entry<String, Set<String>> arrows : ARROWS.entrySet()) {
      Set<String> named = new TreeSet<>();
      Matcher matcher =
          dependency.matcher(Files.readString(root.resolve(arrows.getKey()).resolve("pom.xml")));
      while (matcher.find()) {
        if (!matcher.group().contains("<scope>test</scope>")) {
          named.add(matcher.group(1));
        }
      }
      assertEquals(new TreeSet<>(arrows.getValue()), named, arrows.getKey() + "/pom.xml");
    }
  }
}
