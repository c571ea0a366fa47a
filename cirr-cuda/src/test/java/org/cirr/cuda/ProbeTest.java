package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cirr.backend.Arithmetic;
import org.junit.jupiter.api.Test;

/** Each reason why a machine cannot run the backend. */
class ProbeTest {
  private static WatchedDriver machine() {
    return new WatchedDriver(null)
        .answer("init", null)
        .answer("version", 12040)
        .answer("deviceCount", 2)
        .answer("deviceName", "NVIDIA H100")
        .answer("capability", 90)
        .answer("memory", 80L << 30)
        .answer("retainContext", null)
        .answer("useContext", null)
        .answer("freeMemory", 70L << 30);
  }

  private static CudaException error(String call, int code, String name) {
    return new CudaException(call, code, name, "");
  }

  private static String reason(WatchedDriver machine) {
    return reason(machine, "0");
  }

  private static String reason(WatchedDriver machine, String wanted) {
    Probe.Result result = Probe.open(machine.driver(), wanted);
    assertNull(result.device());
    return result.reason();
  }

  @Test
  void aGoodMachineIsDescribed() {
    Probe.Result result = Probe.open(machine().driver(), "0");
    assertNull(result.reason());
    assertEquals(
        "NVIDIA H100, compute capability 9.0, 80.0 GiB, driver for CUDA 12.4",
        result.device().description());
  }

  @Test
  void anotherDeviceCanBeChosen() {
    assertNull(Probe.open(machine().driver(), "1").reason());
    for (String wrong : new String[] {"2", "-1", "first", "99999999999"}) {
      assertEquals(
          "the GPUs of this machine are numbered 0 to 1, got '" + wrong + "'",
          reason(machine(), wrong));
    }
  }

  @Test
  void aMachineWithoutDeviceIsNamed() {
    String none = "the NVIDIA driver finds no GPU; see whether nvidia-smi lists one";
    assertEquals(none, reason(machine().answer("deviceCount", 0)));
    assertEquals(
        none, reason(machine().answer("init", error("cuInit", 100, "CUDA_ERROR_NO_DEVICE"))));
  }

  @Test
  void anOldDriverIsNamed() {
    assertEquals(
        "the NVIDIA driver supports CUDA 10.2, but 11.0 is needed; install driver 450 or newer",
        reason(machine().answer("version", 10020)));
  }

  @Test
  void anOldDeviceIsNamed() {
    assertEquals(
        "NVIDIA H100 has compute capability 7.0, but 7.5 (Turing) is needed; use the backend simd",
        reason(machine().answer("capability", 70)));
  }

  @Test
  void aFullDeviceIsNamed() {
    assertEquals(
        "the GPU's memory is used up by other programs; end one of them (nvidia-smi lists them)",
        reason(
            machine()
                .answer(
                    "retainContext",
                    error("cuDevicePrimaryCtxRetain", 2, "CUDA_ERROR_OUT_OF_MEMORY"))));
  }

  @Test
  void aMixedUpDriverIsNamed() {
    assertEquals(
        "the NVIDIA driver and its library do not fit each other; restart the machine or install the"
            + " driver again (cuInit failed with CUDA error 803 (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH))",
        reason(
            machine().answer("init", error("cuInit", 803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"))));
  }

  @Test
  void anyOtherErrorIsPassedOn() {
    CudaException error = error("cuMemGetInfo", 999, "CUDA_ERROR_UNKNOWN");
    assertEquals("cuMemGetInfo", error.call());
    assertEquals(999, error.code());
    assertEquals("CUDA_ERROR_UNKNOWN", error.name());
    assertEquals(
        "the GPU cannot be used: cuMemGetInfo failed with CUDA error 999 (CUDA_ERROR_UNKNOWN)",
        reason(machine().answer("freeMemory", error)));
  }

  @Test
  void beforeAmpereThereIsFloat32Only() {
    Device ampere = Probe.open(machine().answer("capability", 80).driver(), "0").device();
    assertEquals(List.of(Arithmetic.values()), ampere.arithmetics());
    Device turing = Probe.open(machine().answer("capability", 75).driver(), "0").device();
    assertEquals(List.of(Arithmetic.FLOAT32), turing.arithmetics());
  }

  @Test
  void theOldestDriverReadsTheShippedPtx() {
    for (String file : Ptx.FILES) {
      String text = new String(Ptx.of(file).image(), StandardCharsets.US_ASCII);
      assertTrue(text.contains(".version 7.0\n"), file);
      assertTrue(text.contains(".target sm_" + Ptx.capability(file) + "\n"), file);
    }
  }
}
