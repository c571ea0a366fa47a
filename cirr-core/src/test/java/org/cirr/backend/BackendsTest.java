package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cirr.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The choice of the backend, also in processes with other flags. */
class BackendsTest {
  private static final String FLAG = "--add-modules=jdk.incubator.vector";
  private static final String WARNING = "cirr runs on its slow scalar backend: ";

  private static void requireVectors() {
    assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
  }

  @Test
  void theBestAvailableBackendIsChosen() {
    List<BackendReport> reports = Backends.report();
    assertEquals("scalar", reports.get(reports.size() - 1).name());
    assertTrue(reports.get(reports.size() - 1).available());
    List<BackendReport> chosen = reports.stream().filter(BackendReport::chosen).toList();
    assertEquals(1, chosen.size());
    BackendReport first = reports.stream().filter(BackendReport::available).findFirst().get();
    assertEquals(first, chosen.get(0));
    assertEquals(first.name(), Backends.auto().name());
    assertEquals(first.name(), Backends.of(Backends.AUTO).name());
  }

  @Test
  void aForcedBackendIsTaken() {
    assertEquals("scalar", Backends.of("scalar").name());
    requireVectors();
    assertEquals("simd", Backends.of("simd").name());
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertEquals(
        "there is no backend 'gpu'; choose one of auto, simd, scalar",
        assertThrows(IllegalArgumentException.class, () -> Backends.of("gpu")).getMessage());
    assertEquals(
        "backend 'scalar' has no devices to choose from; leave out ':1'",
        assertThrows(IllegalArgumentException.class, () -> Backends.of("scalar:1")).getMessage());
  }

  @Test
  void anArithmeticThatABackendHasNotIsRefusedWithThoseItHas() {
    for (BackendReport report : Backends.report()) {
      if (report.available()) {
        assertEquals(List.of(Arithmetic.FLOAT32), report.arithmetics(), report.name());
        assertEquals(report.name(), Backends.of(report.name(), Arithmetic.FLOAT32).name());
      } else {
        assertEquals(List.of(), report.arithmetics(), report.name());
      }
    }
    assertEquals(
        "backend 'scalar' cannot compute in bf16 here; choose one of float32",
        assertThrows(
                UnsupportedOperationException.class, () -> Backends.of("scalar", Arithmetic.BF16))
            .getMessage());
    assertEquals(
        "backend '"
            + Backends.auto().name()
            + "' cannot compute in tf32 here; choose one of float32",
        assertThrows(
                UnsupportedOperationException.class,
                () -> Backends.of(Backends.AUTO, Arithmetic.TF32))
            .getMessage());
  }

  @Test
  void aBrokenJarOnTheClassPathIsReportedAndHarmsNothing(@TempDir Path jar) throws IOException {
    Path services = Files.createDirectories(jar.resolve("META-INF/services"));
    Files.writeString(services.resolve(BackendProvider.class.getName()), "org.cirr.NoSuchProvider");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);
      List<BackendReport> reports = Backends.report();
      BackendReport last = reports.get(reports.size() - 1);
      assertFalse(last.available());
      assertTrue(
          last.detail()
                  .startsWith(
                      "a backend on the class path cannot be loaded; remove or update its jar (")
              && last.detail().contains("org.cirr.NoSuchProvider"),
          last.detail());
      assertEquals("scalar", Backends.of("scalar").name());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void withoutTheVectorApiScalarRunsWithOneWarningThatHasTheFlag() throws IOException {
    ChildJvm.Result child = ChildJvm.run(ChoiceMain.class, "-Xlog:class+load");
    assertEquals(0, child.exitCode(), child.text());
    assertEquals(3, child.count("auto is scalar, scalar"), child.text());
    assertEquals(1, child.count("forced scalar is scalar"), child.text());
    String reason =
        "the Vector API is not there; start java with --add-modules jdk.incubator.vector";
    assertEquals(1, child.count(WARNING + reason), child.text());
    assertEquals(1, child.count(WARNING));
    assertEquals(
        1, child.count("refused: backend 'simd' cannot run here: " + reason), child.text());
    assertTrue(child.count("org.cirr.backend.simd.SimdProvider ") > 0, "the log shows no classes");
    assertEquals(0, child.count("org.cirr.backend.simd.Lanes "), "Lanes was loaded");
    assertEquals(0, child.count("jdk.incubator.vector."), "the Vector API was touched");
  }

  @Test
  void withTheVectorApiThereIsNoWarning() throws IOException {
    requireVectors();
    ChildJvm.Result child = ChildJvm.run(ChoiceMain.class, FLAG);
    assertEquals(0, child.exitCode(), child.text());
    assertEquals(3, child.count("auto is simd, simd"), child.text());
    assertEquals(1, child.count("forced simd is simd"), child.text());
    assertFalse(child.text().contains(WARNING), child.text());
  }

  @Test
  void aWrongVectorWidthIsNamedAndScalarRuns() throws IOException {
    requireVectors();
    for (String bits : List.of("100", "wide")) {
      ChildJvm.Result child = ChildJvm.run(ChoiceMain.class, FLAG, "-Dcirr.simd.bits=" + bits);
      String reason = "-Dcirr.simd.bits must be 128, 256 or 512 (or absent), got '" + bits + "'";
      assertEquals(0, child.exitCode(), child.text());
      assertEquals(3, child.count("auto is scalar, scalar"), child.text());
      assertEquals(1, child.count(WARNING + reason), child.text());
      assertEquals(1, child.count("refused: backend 'simd' cannot run here: " + reason));
    }
  }

  /**
   * A width that the machine has not is emulated: slow, but with the same results. The widest one
   * is what {@link OpContractTest} runs with, so a few cases show that it can be asked for.
   */
  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void everyVectorWidthKeepsTheContract(int bits) throws IOException {
    requireVectors();
    BackendReport simd =
        Backends.report().stream().filter(r -> r.name().equals("simd")).findFirst().get();
    int preferred = Integer.parseInt(simd.detail().replaceAll("-bit.*", ""));
    assumeTrue(bits <= preferred, "skipped: this machine has vectors of " + preferred + " bits");
    String cases = "-Dcirr.cases.per.op=" + (bits == preferred ? 3 : Integer.MAX_VALUE);
    ChildJvm.Result child =
        ChildJvm.run(ContractMain.class, FLAG, "-Dcirr.simd.bits=" + bits, cases);
    assertEquals(0, child.exitCode(), child.text());
    assertTrue(child.text().contains(bits + "-bit vectors (" + bits / 32 + " floats)"));
    long ops = OpCases.all().stream().map(test -> test.op().name()).distinct().count();
    assertTrue(child.text().contains("ops that agree: " + ops + " "), child.text());
  }
}
