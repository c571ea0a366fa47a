package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped PTX files: not stale, and what their entries are said to take. */
class PtxTest {
  static final String REMEDY =
      "where nvcc is installed: mvn -Pptx -Dcirr.ptx=write -pl cirr-cuda -am test";

  /** {@code -Dcirr.ptx=write} makes all files again before they are looked at. */
  @BeforeAll
  static void write(@TempDir Path temporary) throws IOException {
    if ("write".equals(System.getProperty("cirr.ptx"))) {
      assumeTrue(StandIn.Tool.exists("nvcc"), "skipped: -Dcirr.ptx=write needs nvcc");
      PtxFiles.write(temporary);
      PeakFiles.write(temporary);
    }
  }

  static Stream<String> files() {
    return Ptx.FILES.stream();
  }

  @Test
  void theFilesBelongToTheSources() throws IOException {
    assertEquals(
        PtxFiles.expectedList(),
        Files.readString(PtxFiles.LIST),
        "stale; make them again " + REMEDY);
  }

  @ParameterizedTest
  @MethodSource("files")
  void theCompilerGivesTheSameFilesAgain(String file, @TempDir Path temporary) throws IOException {
    assumeTrue(
        "check".equals(System.getProperty("cirr.ptx")) && StandIn.Tool.exists("nvcc"),
        "skipped: needs nvcc and -Dcirr.ptx=check");
    String shipped = Files.readString(PtxFiles.FOLDER.resolve(file + ".ptx"));
    assertEquals(PtxFiles.compile(file, temporary), shipped, "by nvcc " + PtxFiles.compiler());
  }

  @ParameterizedTest
  @MethodSource("files")
  void theCompilerGivesTheSameMachineCodeAgain(String file, @TempDir Path temporary)
      throws IOException {
    assumeTrue(
        "check".equals(System.getProperty("cirr.ptx")) && StandIn.Tool.exists("nvcc"),
        "skipped: needs nvcc and -Dcirr.ptx=check");
    assertArrayEquals(PtxFiles.fatbin(file, temporary), PtxFiles.shippedFatbin(file));
  }

  @Test
  void thePeaksOfGpuCheckBelongToTheirSources() throws IOException {
    assertEquals(PeakFiles.expectedList(), PeakFiles.list(), "stale; make them again " + REMEDY);
    for (String file : PeakFiles.NAMES) {
      assertEquals("", PtxAssembler.errors(PeakFiles.image(file), PeakFiles.target(file)), file);
    }
  }

  @Test
  void theCompilerGivesTheSamePeaksAgain(@TempDir Path temporary) throws IOException {
    assumeTrue(
        "check".equals(System.getProperty("cirr.ptx")) && StandIn.Tool.exists("nvcc"),
        "skipped: needs nvcc and -Dcirr.ptx=check");
    for (String file : PeakFiles.NAMES) {
      assertEquals(PeakFiles.compile(file, temporary), PeakFiles.shipped(file));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyEntryOfTheSourceIsThere(String file) throws IOException {
    Ptx ptx = Ptx.of(file);
    List<String> entries =
        Files.readString(StandIn.KERNELS.resolve(file + ".cu"))
            .lines()
            .filter(line -> line.startsWith("CIRR_ENTRY("))
            .map(line -> line.substring(11, line.indexOf(')')))
            .toList();
    assertTrue(entries.size() > 0, file);
    for (String entry : entries) {
      assertTrue(ptx.arguments(entry).length > 2, entry);
    }
  }

  /** Else a GPU would give other bits than the host, which has no fused multiply-add. */
  @Test
  void theLogitsOfTilesAreAddedUpWithoutFusedInstructions() {
    String text = new String(Ptx.of("tiles").text(), StandardCharsets.US_ASCII);
    assertFalse(text.contains("fma."), "a product is joined to a sum");
    for (String rounded : List.of("mul.rn.f32", "add.rn.f32", "div.rn.f32")) {
      assertTrue(text.contains(rounded), "the driver may join what is not " + rounded);
    }
  }

  /** CUDA 12.0's compiler stands for the drivers that users have; it needs no GPU. */
  @ParameterizedTest
  @MethodSource("files")
  void theCompilerOfCuda12TakesIt(String file) {
    String architecture = "sm_" + Ptx.capability(file);
    assertEquals("", PtxAssembler.errors(Ptx.of(file).image(), architecture), file);
  }

  @Test
  void theCompilerOfCuda12RefusesWhatIsWrong() {
    byte[] wrong =
        ".version 9.0\n.target sm_75\n.address_size 64\n\0".getBytes(StandardCharsets.US_ASCII);
    assertTrue(PtxAssembler.errors(wrong, "sm_75").contains("Unsupported .version 9.0"));
  }

  @Test
  void theSizesOfArgumentsAreRead() {
    String text =
        ".visible .entry f(\n\t.param .u64 f_param_0,\n\t.param .f32 f_param_1,\n"
            + "\t.param .align 4 .b8 f_param_2[92]\n)\n{";
    Ptx ptx = new Ptx(text.getBytes(StandardCharsets.US_ASCII));
    assertArrayEquals(new int[] {8, 4, 92}, ptx.arguments("f"));
    assertEquals(
        "there is no kernel g",
        assertThrows(IllegalStateException.class, () -> ptx.arguments("g")).getMessage());
  }

  @Test
  void aLaunchWithOtherArgumentsIsRefused() {
    Ptx ptx =
        new Ptx(".entry f(\n.param .u64 a,\n.param .u32 b\n)".getBytes(StandardCharsets.US_ASCII));
    Launch.of("x", "f").at(Place.NONE).integer(1).check(ptx);
    Launch wrong = Launch.of("x", "f").at(Place.NONE).number(1);
    assertEquals(
        "kernel f takes arguments of [8, 4] bytes, but gets [8, 8]",
        assertThrows(IllegalStateException.class, () -> wrong.check(ptx)).getMessage());
  }
}
