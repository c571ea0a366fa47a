package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentPlan;
import org.cirr.nn.segment.Segmenter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A GPU that fails while a scan is segmented: the processor does all of it again where the backend
 * is {@code auto}, and where it is {@code cuda} there is a clear exception. Each in a process of
 * its own, without vectors, so that scalar goes on.
 */
class FallbackTest {
  private static final String WARNING = "cirr goes on with backend scalar, as cuda failed: ";

  @TempDir static Path folder;
  private static Path model;

  @BeforeAll
  static void theModel() throws IOException {
    StandIn.use();
    model = TinyModel.write(folder);
  }

  private static String run(String backend, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-D" + NativeLibraries.DRIVER + "=" + StandIn.library(),
                "-cp",
                System.getProperty("java.class.path"),
                FallbackMain.class.getName(),
                model.toString(),
                backend)
            .redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertEquals(0, process.waitFor(), text);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return text;
  }

  private static void assertHas(String part, String text) {
    assertTrue(text.contains(part + "\n"), "expected '" + part + "' in:\n" + text);
  }

  private static int count(String part, String text) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private static void assertTheProcessorDidItAll(String text) {
    assertHas("as scalar: true", text);
    assertHas("again as scalar: true", text);
    assertHas("progress rises: true", text);
  }

  /** A kernel that fails at once or in the middle, a device that goes away while copying. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuGraphLaunch=719",
        "cuGraphLaunch=700@7",
        "cuMemcpyDtoHAsync_v2=999@2",
        "cuStreamSynchronize=46@30",
        "cuStreamWaitEvent=719@1",
        "cuEventRecord=700@9",
        "cuEventQuery=999@20",
        "cuEventSynchronize=719@2"
      })
  void aDeviceThatIsLostIsReplacedAndNotTriedAgain(String fault) throws IOException {
    String text = run("auto", Map.of("CIRR_STANDIN_FAIL", fault));
    assertHas("planned: cuda", text);
    assertTheProcessorDidItAll(text);
    assertTrue(text.contains("warnings: [computed on backend scalar, as cuda failed: cu"), text);
    assertEquals(1, count(WARNING, text), text);
    assertHas("again warnings: 0", text);
    assertHas("then planned: scalar", text);
    assertHas("opened then: scalar", text);
    assertTrue(text.contains("cuda cannot: "), text);
    assertTrue(text.contains("this process has lost stand-in; start it again (cu"), text);
  }

  private static Map<String, String> memory(long bytes) {
    return Map.of("CIRR_STANDIN_MEMORY", Long.toString(bytes));
  }

  private static long planned() throws IOException {
    return Segmenter.open(model, cuda()).plan(TinyModel.scan()).deviceBytes();
  }

  /** What the plan of the process says. */
  private static long bytes(String text) {
    Matcher line = Pattern.compile("device bytes: (\\d+)\n").matcher(text);
    assertTrue(line.find(), text);
    return Long.parseLong(line.group(1));
  }

  @Test
  void aDeviceWithoutRoomForTheImageLeavesTheSumsToTheProcessor() throws IOException {
    assertEquals(planned(), bytes(run("auto", memory(planned()))));
    String text = run("auto", memory(planned() - 1));
    assertHas("planned: cuda", text);
    assertHas("warnings: []", text);
    assertHas("then planned: cuda", text);
    assertEquals(0, count(WARNING, text), text);
    // The scan at the model's spacing, 5 × 14 × 11 or so, and more.
    assertTrue(bytes(text) < planned() - 4 * 700, text);
  }

  @Test
  void memoryThatIsUsedUpIsToldWithTheNumbersAndTheDeviceIsTriedAgain() throws IOException {
    long withoutImage = bytes(run("cuda", memory(planned() - 1000)));
    String text = run("auto", memory(withoutImage - 1000));
    assertHas("planned: cuda", text);
    assertTheProcessorDidItAll(text);
    assertTrue(text.contains(WARNING + "a run of the network needs 0.000 GiB on stand-in"), text);
    assertHas("again warnings: 1", text);
    assertHas("then planned: cuda", text);
  }

  @Test
  void aDeviceThatIsTooSmallIsReplacedWhenTheModelIsOpened() throws IOException {
    String text = run("auto", Map.of("CIRR_STANDIN_MEMORY", "20000"));
    assertHas("planned: scalar", text);
    assertTheProcessorDidItAll(text);
    assertHas("warnings: []", text);
    assertTrue(text.contains(WARNING + "the graph's values need "), text);
  }

  @Test
  void aDeviceThatWasAskedForIsNotReplaced() throws IOException {
    String text = run("cuda", Map.of("CIRR_STANDIN_FAIL", "cuGraphLaunch=719@3"));
    assertTrue(
        text.contains(
            "failed: CudaException cuGraphLaunch failed with CUDA error 719"
                + " (CUDA_ERROR_LAUNCH_FAILED): a kernel failed, and this process cannot use the"
                + " device any more; please report it\n"),
        text);
    assertEquals(0, count(WARNING, text), text);
  }

  private static SegmentOptions cuda() {
    return SegmentOptions.defaults().withThreads(2).withBackend("cuda");
  }

  @Test
  void theMemoryOfTheDeviceIsStatedApartFromTheHeap() throws IOException {
    SegmentPlan device = Segmenter.open(model, cuda()).plan(TinyModel.scan());
    Segmenter processor = Segmenter.open(model, cuda().withBackend("scalar"));
    SegmentPlan heap = processor.plan(TinyModel.scan());
    assertEquals(0, heap.deviceBytes());
    assertTrue(device.deviceBytes() > 20000, device.toString());
    long saved = heap.peakBytes() - device.peakBytes();
    List<String> lines = processor.report().lines().toList();
    assertTrue(
        saved > device.deviceBytes() / 2 && device.peakBytes() > 0,
        device + "\n" + heap + "\n" + lines.get(0));
    assertTrue(
        device
            .toString()
            .matches(".* on backend cuda, peak 0\\.\\d\\d GiB and 0\\.00 GiB of the device"),
        device.toString());
    assertTrue(heap.toString().endsWith(" GiB"), heap.toString());
  }
}
