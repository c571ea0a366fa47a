package org.cirr.nn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseFinderTest {
  @TempDir Path folder;

  private final CaseFinder one = new CaseFinder(List.of("MR"));
  private final CaseFinder two = new CaseFinder(List.of("T1", "T2"));

  private Path touch(String name) throws IOException {
    return Files.createFile(folder.resolve(name));
  }

  private static String error(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IOException.class, call).getMessage();
  }

  @Test
  void aPlainFileIsACaseOfAModelWithOneChannel() throws IOException {
    Path scan = touch("liver.nii.gz");
    assertEquals(new ImageCase("liver", List.of(scan)), one.ofFiles(List.of(scan)));
  }

  @Test
  void theChannelNumberIsNoPartOfTheCaseName() throws IOException {
    assertEquals("liver", one.ofFiles(List.of(touch("liver_0000.nii.gz"))).name());
  }

  @Test
  void siblingsOfTheFirstChannelAreFound() throws IOException {
    Path first = touch("a_0000.nii.gz");
    Path second = touch("a_0001.nii.gz");
    assertEquals(List.of(first, second), two.ofFiles(List.of(first)).channels());
  }

  @Test
  void severalFilesAreTheChannelsInTheirOrder() throws IOException {
    Path first = touch("z.nii.gz");
    Path second = touch("a.nii.gz");
    assertEquals(List.of(first, second), two.ofFiles(List.of(first, second)).channels());
  }

  @Test
  void aMissingSiblingIsNamed() throws IOException {
    Path first = touch("a_0000.nii.gz");
    assertEquals(
        "a: channel 1 (T2) is missing; expected " + folder.resolve("a_0001.nii.gz"),
        error(() -> two.ofFiles(List.of(first))));
  }

  @Test
  void onePlainFileForTwoChannelsIsRefusedWithTheRemedy() throws IOException {
    Path scan = touch("a.nii.gz");
    assertEquals(
        "a: the model has 2 channels (T1, T2), got 1 file; give one -i per channel in this order,"
            + " or name the files a_0000.nii.gz, a_0001.nii.gz",
        error(() -> two.ofFiles(List.of(scan))));
  }

  @Test
  void tooManyFilesAreRefused() throws IOException {
    List<Path> files = List.of(touch("a.nii"), touch("b.nii"));
    assertEquals(
        "a: the model has 1 channel (MR), got 2 files; give one -i per channel",
        error(() -> one.ofFiles(files)));
  }

  @Test
  void aFolderIsSortedAndOtherFilesAreLeftOut() throws IOException {
    touch("b.nii.gz");
    touch("a_0000.nii.gz");
    touch("c.hdr");
    touch("c.img");
    touch(".hidden.nii.gz");
    touch("notes.txt");
    Files.createDirectory(folder.resolve("d.nii"));
    List<ImageCase> cases = one.ofFolder(folder);
    assertEquals(List.of("a", "b", "c"), cases.stream().map(ImageCase::name).toList());
    assertEquals(List.of(folder.resolve("c.hdr")), cases.get(2).channels());
  }

  @Test
  void numberedNamesWithoutAFirstChannelArePlainNamesForOneChannel() throws IOException {
    touch("patient_0003.nii.gz");
    touch("patient_0007.nii.gz");
    assertEquals(
        List.of("patient_0003", "patient_0007"),
        one.ofFolder(folder).stream().map(ImageCase::name).toList());
  }

  @Test
  void aChannelThatTheModelDoesNotHaveIsLeftOutWithAWarning() throws IOException {
    touch("a_0000.nii.gz");
    touch("a_0001.nii.gz");
    assertEquals(1, one.ofFolder(folder).size());
    assertEquals(
        List.of(
            "a_0001.nii.gz is not used: the model has 1 channel (MR), and a_0000.nii.gz is its"
                + " first"),
        one.warnings());
  }

  @Test
  void incompleteCasesOfAFolderCarryTheirProblem() throws IOException {
    touch("a_0000.nii.gz");
    touch("a_0001.nii.gz");
    touch("b_0000.nii.gz");
    touch("c_0001.nii.gz");
    touch("d.nii.gz");
    List<ImageCase> cases = two.ofFolder(folder);
    assertNull(cases.get(0).problem());
    assertEquals(
        "b: channel 1 (T2) is missing; expected " + folder.resolve("b_0001.nii.gz"),
        cases.get(1).problem());
    assertEquals(
        "c: channel 0 (T1) is missing; expected " + folder.resolve("c_0000.nii.gz"),
        cases.get(2).problem());
    assertEquals(
        "the model has 2 channels (T1, T2), got 1 file; name the files d_0000.nii.gz,"
            + " d_0001.nii.gz",
        cases.get(3).problem());
  }

  @Test
  void twoFilesOfOneCaseAreRefused() throws IOException {
    touch("a.nii");
    touch("a.nii.gz");
    assertTrue(
        error(() -> one.ofFolder(folder)).endsWith("are both case 'a'; move one of them away"));
  }

  @Test
  void anEmptyFolderIsRefused() {
    assertTrue(error(() -> one.ofFolder(folder)).startsWith(folder + ": holds no image (.nii.gz,"));
  }
}
