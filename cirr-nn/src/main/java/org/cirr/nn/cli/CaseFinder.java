package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds the cases that a call names.
 *
 * <p><b>Source</b>: nnU-Net's naming, {@code CASE_0000.nii.gz}, {@code CASE_0001.nii.gz}, ..., one
 * file per channel. Plain names are taken as well where the model has one channel.
 */
final class CaseFinder {
  private final List<String> channelNames;
  private final List<String> warnings = new ArrayList<>();

  CaseFinder(List<String> channelNames) {
    this.channelNames = channelNames;
  }

  /** What the user should know about files that were left out. */
  List<String> warnings() {
    return warnings;
  }

  /**
   * The one case of the given files: one per channel, or the first channel's file, whose siblings
   * are then looked for.
   *
   * <p><b>Errors</b>: {@link IOException} naming the missing file or the number of channels.
   */
  ImageCase ofFiles(List<Path> files) throws IOException {
    for (Path file : files) {
      requireFile(file);
    }
    ImageName first = ImageName.of(files.get(0));
    String name = first.channel() == 0 ? first.caseOfChannel() : first.stem();
    int wanted = channelNames.size();
    if (files.size() == wanted) {
      return new ImageCase(name, List.copyOf(files));
    }
    if (files.size() > 1) {
      throw new IOException(
          name + ": " + wants() + ", got " + files.size() + " files; give one -i per channel");
    }
    if (first.channel() != 0) {
      throw new IOException(
          name
              + ": "
              + wants()
              + ", got 1 file; give one -i per channel in this order, or name the files "
              + exampleNames(first));
    }
    List<Path> channels = new ArrayList<>();
    for (int channel = 0; channel < wanted; channel++) {
      Path file = files.get(0).resolveSibling(first.sibling(channel));
      if (!Files.isRegularFile(file)) {
        throw new IOException(missing(name, channel, file));
      }
      channels.add(file);
    }
    return new ImageCase(name, channels);
  }

  /**
   * The cases in a folder, sorted by name; a case that lacks a channel is there with its problem.
   *
   * <p><b>Errors</b>: {@link IOException} when there is no image in the folder.
   */
  List<ImageCase> ofFolder(Path folder) throws IOException {
    Set<Path> files = images(folder);
    if (files.isEmpty()) {
      throw new IOException(
          folder + ": holds no image (" + String.join(", ", ImageName.ENDINGS) + ")");
    }
    TreeMap<String, ImageCase> cases = new TreeMap<>();
    for (Path file : files) {
      ImageName name = ImageName.of(file);
      boolean numbered = name.channel() >= 0;
      boolean hasFirst = numbered && files.contains(file.resolveSibling(name.sibling(0)));
      ImageCase found;
      if (numbered && name.channel() == 0) {
        found = numberedCase(file, files);
      } else if (hasFirst) {
        noteUnused(file, name);
        continue;
      } else if (channelNames.size() == 1) {
        found = new ImageCase(name.stem(), List.of(file));
      } else if (numbered) {
        Path first = file.resolveSibling(name.sibling(0));
        String problem = missing(name.caseOfChannel(), 0, first);
        found = new ImageCase(name.caseOfChannel(), List.of(file), problem);
      } else {
        String problem = wants() + ", got 1 file; name the files " + exampleNames(name);
        found = new ImageCase(name.stem(), List.of(file), problem);
      }
      ImageCase other = cases.putIfAbsent(found.name(), found);
      if (other != null && !(numbered && other.problem() != null)) {
        throw new IOException(
            String.format(
                "%s and %s are both case '%s'; move one of them away",
                other.channels().get(0), file, found.name()));
      }
    }
    return List.copyOf(cases.values());
  }

  private ImageCase numberedCase(Path first, Set<Path> files) {
    ImageName name = ImageName.of(first);
    List<Path> channels = new ArrayList<>();
    for (int channel = 0; channel < channelNames.size(); channel++) {
      Path file = first.resolveSibling(name.sibling(channel));
      if (!files.contains(file)) {
        String problem = missing(name.caseOfChannel(), channel, file);
        return new ImageCase(name.caseOfChannel(), List.copyOf(channels), problem);
      }
      channels.add(file);
    }
    return new ImageCase(name.caseOfChannel(), channels);
  }

  private void noteUnused(Path file, ImageName name) {
    if (name.channel() >= channelNames.size()) {
      warnings.add(
          String.format(
              "%s is not used: %s, and %s is its first",
              file.getFileName(), wants(), name.sibling(0)));
    }
  }

  private static Set<Path> images(Path folder) throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      Set<Path> all =
          listed
              .filter(file -> !file.getFileName().toString().startsWith("."))
              .filter(file -> !ImageName.of(file).ending().isEmpty())
              .filter(Files::isRegularFile)
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> headers =
          all.stream()
              .map(ImageName::of)
              .filter(name -> name.ending().toLowerCase(java.util.Locale.ROOT).startsWith(".hdr"))
              .map(ImageName::stem)
              .collect(Collectors.toSet());
      all.removeIf(
          file -> {
            ImageName name = ImageName.of(file);
            return name.isPairData() && headers.contains(name.stem());
          });
      return all;
    }
  }

  private static void requireFile(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + ": is not a file");
    }
  }

  private String wants() {
    return channelNames.size() == 1
        ? "the model has 1 channel (" + channelNames.get(0) + ")"
        : String.format(
            "the model has %d channels (%s)", channelNames.size(), String.join(", ", channelNames));
  }

  private String exampleNames(ImageName name) {
    String stem = name.channel() < 0 ? name.stem() : name.caseOfChannel();
    String ending = name.ending().isEmpty() ? ".nii.gz" : name.ending();
    return IntStream.range(0, channelNames.size())
        .mapToObj(channel -> new ImageName(stem, ending, -1).sibling(channel))
        .collect(Collectors.joining(", "));
  }

  private String missing(String name, int channel, Path file) {
    return String.format(
        "%s: channel %d (%s) is missing; expected %s",
        name, channel, channelNames.get(channel), file);
  }
}
