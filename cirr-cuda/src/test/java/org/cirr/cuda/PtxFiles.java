package org.cirr.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The PTX files that cirr ships: how they are made of {@code src/main/cuda} by nvcc, and the list
 * of hashes that says what they were made of.
 */
/*
 * Design. nvcc writes the newest PTX version it knows, which older drivers refuse, though nothing in
 * the kernels needs it: the version is set to 7.0, that of CUDA 11.0 (driver 450). A test gives the
 * result to the PTX compiler of CUDA 12.0. nvcc's output does not depend on the folder or the day.
 */
final class PtxFiles {
  static final Path FOLDER = Path.of("src/main/resources/org/cirr/cuda").toAbsolutePath();
  private static final Path BUILT = Path.of("target/classes/org/cirr/cuda").toAbsolutePath();
  static final Path LIST = FOLDER.resolve("ptx.sha256");
  private static final Pattern VERSION = Pattern.compile("(?m)^\\.version .*$");
  private static final Pattern RELEASE = Pattern.compile("release [^\\n]*");

  private PtxFiles() {}

  /** The PTX of a kernel file. */
  static String compile(String file, Path folder) throws IOException {
    Path made = folder.resolve(file + ".ptx");
    StandIn.Tool.finish(
        StandIn.Tool.start(
            List.of(
                "nvcc",
                "-ptx",
                "-std=c++17",
                "-arch=compute_" + Ptx.capability(file),
                "-o",
                made.toString(),
                StandIn.KERNELS.resolve(file + ".cu").toString())));
    return VERSION.matcher(Files.readString(made)).replaceFirst(".version 7.0");
  }

  /** The compiler, such as {@code release 13.0, V13.0.88}. */
  static String compiler() throws IOException {
    String text = StandIn.Tool.finish(StandIn.Tool.start(List.of("nvcc", "--version")));
    Matcher release = RELEASE.matcher(text);
    return release.find() ? release.group() : text;
  }

  /** What the list must hold for the files as they are: a line for each, {@code name hash}. */
  static String expectedList() throws IOException {
    TreeMap<String, String> lines = new TreeMap<>();
    for (Path source : Sources.files(StandIn.KERNELS)) {
      lines.put(source.getFileName().toString(), Sources.hash(Files.readString(source)));
    }
    for (String file : Ptx.FILES) {
      lines.put(file + ".ptx", Sources.hash(Files.readString(FOLDER.resolve(file + ".ptx"))));
    }
    StringBuilder text = new StringBuilder();
    lines.forEach((name, hash) -> text.append(name).append(' ').append(hash).append('\n'));
    return text.toString();
  }

  /**
   * The machine code of the shipped PTX; nvcc's result depends on the file's name, not its folder.
   */
  static byte[] fatbin(String file, Path folder) throws IOException {
    String ptx = file + ".ptx";
    Files.copy(FOLDER.resolve(ptx), folder.resolve(ptx), StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>(List.of("nvcc", "-fatbin", "--compress-mode=size"));
    for (String target : Fatbin.TARGETS) {
      command.addAll(
          List.of("-gencode", "arch=compute_" + Ptx.capability(file) + ",code=" + target));
    }
    Path made = folder.resolve(file + ".fatbin");
    command.addAll(List.of("-o", made.getFileName().toString(), ptx));
    StandIn.Tool.finish(
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start());
    return Files.readAllBytes(made);
  }

  static byte[] shippedFatbin(String file) throws IOException {
    return Files.readAllBytes(FOLDER.resolve(file + ".fatbin"));
  }

  static String fatbinList() throws IOException {
    return Files.readString(FOLDER.resolve(Fatbin.LIST));
  }

  /** What the list of machine code must hold. */
  static String expectedFatbinList() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String file : Ptx.FILES) {
      byte[] ptx = Files.readAllBytes(FOLDER.resolve(file + ".ptx"));
      text.append(Fatbin.line(file, ptx, shippedFatbin(file))).append('\n');
    }
    return text.toString();
  }

  /** Makes all files again. */
  static void write(Path temporary) throws IOException {
    for (String file : Ptx.FILES) {
      String text = compile(file, temporary);
      Files.writeString(FOLDER.resolve(file + ".ptx"), text);
      Files.writeString(BUILT.resolve(file + ".ptx"), text); // for the tests of this build
    }
    Files.writeString(LIST, expectedList());
    for (String file : Ptx.FILES) {
      byte[] code = fatbin(file, temporary);
      Files.write(FOLDER.resolve(file + ".fatbin"), code);
      Files.write(BUILT.resolve(file + ".fatbin"), code);
    }
    Files.writeString(FOLDER.resolve(Fatbin.LIST), expectedFatbinList());
    Files.writeString(BUILT.resolve(Fatbin.LIST), expectedFatbinList());
  }
}
