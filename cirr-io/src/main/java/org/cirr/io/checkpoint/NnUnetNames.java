package org.cirr.io.checkpoint;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names under which nnU-Net's networks know their weights, which {@code load_state_dict} asks
 * for one and all; {@link Weights#canonical()} is the way back.
 */
public final class NnUnetNames {
  private static final String ENCODER = "encoder.";
  private static final List<String> PARTS =
      List.of(ENCODER, "decoder.stages.", "decoder.transpconvs.", "decoder.seg_layers.");
  private static final String CONV = ".conv.";
  private static final String NORM = ".norm.";

  private NnUnetNames() {}

  /**
   * Plain names in the order of PyTorch's parameters, by which an optimizer numbers them: encoder,
   * decoder's stages, transposed convolutions, segmentation layers.
   *
   * @param names those of one part in the order of the network
   */
  public static List<String> ordered(Collection<String> names) {
    List<String> sorted = new ArrayList<>(names);
    sorted.sort(Comparator.comparingInt(NnUnetNames::part).thenComparingInt(NnUnetNames::level));
    return sorted;
  }

  private static int part(String name) {
    for (int part = 0; part < PARTS.size(); part++) {
      if (name.startsWith(PARTS.get(part))) {
        return part;
      }
    }
    return PARTS.size();
  }

  /** The number behind a part of the decoder; the encoder's order is the network's own. */
  private static int level(String name) {
    int part = part(name);
    if (part == 0 || part == PARTS.size()) {
      return 0;
    }
    String rest = name.substring(PARTS.get(part).length());
    int end = 0;
    while (end < Math.min(rest.length(), 9) && Character.isDigit(rest.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(rest.substring(0, end));
  }

  /**
   * All names: each layer of the encoder once more under {@code decoder.encoder}, each convolution
   * and norm of a block once more under {@code all_modules}.
   *
   * @param plain the values under the plain names
   * @return the same values, in PyTorch's order
   */
  public static <T> Map<String, T> all(Map<String, T> plain) {
    List<String> ordered = ordered(plain.keySet());
    Map<String, T> all = new LinkedHashMap<>();
    blocks(ordered.stream().filter(name -> part(name) == 0).toList(), "", plain, all);
    blocks(ordered.stream().filter(name -> part(name) == 0).toList(), "decoder.", plain, all);
    blocks(ordered.stream().filter(name -> part(name) != 0).toList(), "", plain, all);
    return all;
  }

  /** Copies names; behind the last one of a block its second names. */
  private static <T> void blocks(
      List<String> names, String prefix, Map<String, T> plain, Map<String, T> all) {
    List<String> block = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      all.put(prefix + name, plain.get(name));
      if (block(name) == null) {
        continue;
      }
      block.add(name);
      if (i + 1 == names.size() || !block(name).equals(block(names.get(i + 1)))) {
        for (String one : block) {
          String second = one.replace(CONV, ".all_modules.0.").replace(NORM, ".all_modules.1.");
          all.put(prefix + second, plain.get(one));
        }
        block.clear();
      }
    }
  }

  /** What convolution and norm of one block share; null for layers outside a block. */
  private static String block(String name) {
    int at = Math.max(name.lastIndexOf(CONV), name.lastIndexOf(NORM));
    return at < 0 ? null : name.substring(0, at);
  }
}
