package org.cirr.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.Pointer;

/**
 * Loads the NVIDIA driver's library and JCuda's, in that order, without harm where they are not.
 */
/*
 * Design. JCuda unpacks its library to a file of a fixed name in the temporary folder and takes
 * whatever lies there already: two processes that start together, a full disk or an ill-meaning user
 * of the machine can make that a half or a foreign file, and a half library kills the process. It also
 * looks in its own jar only, which fails on the module path. So the library is put by cirr into a
 * folder of its own, which JCuda is shown as the temporary folder just while it loads; the file is
 * removed at once, which Linux allows. The driver is loaded first by its path: then JCuda's library
 * finds it by name wherever it lies.
 */
final class NativeLibraries {
  /** Names the driver's library where it is in none of the usual folders. */
  static final String DRIVER = "cirr.cuda.driver";

  private static final String DRIVER_NAME = "libcuda.so.1";
  private static final String JCUDA_NAME = "libJCudaDriver-12.6.0-linux-x86_64.so";
  private static final String JCUDA_CLASS = "jcuda.driver.JCudaDriver";
  private static final List<String> FOLDERS =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib64",
          "/usr/lib",
          "/usr/lib/wsl/lib",
          "/usr/local/nvidia/lib64",
          "/usr/local/cuda/compat",
          "/run/opengl-driver/lib");

  /** Signs of a driver whose library lies where only the system loader finds it. */
  private static final List<String> SIGNS =
      List.of("/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg");

  private NativeLibraries() {}

  /** Loads both; why that cannot be done, with the remedy, or empty. */
  static Optional<String> load() {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      return Optional.of(
          "cirr-cuda runs on Linux on x86-64 only, and this is "
              + system
              + "; use the backend simd here");
    }
    try {
      String reason = loadDriver();
      return reason != null ? Optional.of(reason) : Optional.ofNullable(loadJCuda());
    } catch (IOException | LinkageError e) {
      return Optional.of("the CUDA libraries cannot be loaded (" + e.getMessage() + ")");
    }
  }

  private static String loadDriver() throws IOException {
    String named = System.getProperty(DRIVER);
    if (named != null) {
      Path file = Path.of(named).toAbsolutePath();
      String fault = Files.isRegularFile(file) ? ElfFile.fault(file) : "does not exist";
      if (fault != null) {
        return "-D" + DRIVER + "=" + named + " " + fault + "; name the driver's " + DRIVER_NAME;
      }
      System.load(file.toString());
      return null;
    }
    for (Path folder : folders()) {
      Path file = folder.resolve(DRIVER_NAME);
      if (Files.isRegularFile(file) && ElfFile.fault(file) == null) {
        System.load(file.toRealPath().toString());
        return null;
      }
    }
    if (SIGNS.stream().noneMatch(sign -> Files.exists(Path.of(sign)))) {
      return "there is no NVIDIA driver ("
          + DRIVER_NAME
          + ") on this machine; install one, or say where it is with -D"
          + DRIVER
          + "=FILE";
    }
    return null; // JCuda's library asks the system loader for it
  }

  private static List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    String searched = System.getenv("LD_LIBRARY_PATH");
    for (String folder : searched == null ? new String[0] : searched.split(":")) {
      if (folder.startsWith("/")) {
        folders.add(Path.of(folder));
      }
    }
    FOLDERS.forEach(folder -> folders.add(Path.of(folder)));
    return folders;
  }

  private static String loadJCuda() throws IOException {
    Path folder = Files.createTempDirectory("cirr-cuda-"); // nobody else may enter it
    Path file = folder.resolve(JCUDA_NAME);
    try {
      try (InputStream library = library()) {
        if (library == null) {
          return "JCuda's library "
              + JCUDA_NAME
              + " is not there; put jcuda-natives-12.6.0-linux-x86_64.jar on the class path";
        }
        Files.copy(library, file);
      }
      String fault = ElfFile.fault(file);
      if (fault != null) {
        return "JCuda's library " + fault + "; replace jcuda-natives-12.6.0-linux-x86_64.jar";
      }
      String temporary = System.setProperty("java.io.tmpdir", folder.toString());
      try {
        Class.forName(JCUDA_CLASS, true, Pointer.class.getClassLoader());
      } finally {
        System.setProperty("java.io.tmpdir", temporary);
      }
      return null;
    } catch (ClassNotFoundException e) {
      return "JCuda is not there; put jcuda-12.6.0.jar on the class path";
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  /** From the class path, or from the module path, where nobody but the loader sees it. */
  private static InputStream library() {
    ClassLoader loader = Pointer.class.getClassLoader();
    return loader == null ? null : loader.getResourceAsStream("lib/" + JCUDA_NAME);
  }
}
