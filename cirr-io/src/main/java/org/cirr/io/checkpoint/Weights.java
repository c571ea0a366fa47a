package org.cirr.io.checkpoint;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * Named tensors of a checkpoint, in the file's order, each read when it is asked for.
 *
 * <p>Names are normalised: a leading {@code module.} (data-parallel training) and {@code
 * _orig_mod.} anywhere (compiled models) are removed, repeatedly.
 *
 * <p><b>Shapes</b>: PyTorch's: convolutions [Cout, Cin, kz, ky, kx], transposed convolutions [Cin,
 * Cout, kz, ky, kx].
 *
 * <p><b>Edge cases</b>: names that share one tensor get one {@link Tensor} object for as long as
 * somebody holds it. Half, bfloat16, double, integer and boolean elements are converted to float32.
 * The file is opened for each read only, so there is nothing to close, but it must stay in place.
 *
 * <p>Safe to use from many threads.
 */
public final class Weights {
  private static final int MAX_NAME = 1000;

  private final Storages storages;
  private final Map<String, TensorRef> tensors;
  private final Map<TensorRef, WeakReference<Tensor>> loaded = new HashMap<>();

  private Weights(Storages storages, Map<String, TensorRef> tensors) {
    this.storages = storages;
    this.tensors = tensors;
  }

  /**
   * Weights that are in memory already, under their names as they are; nothing is copied.
   *
   * <p><b>Edge cases</b>: one tensor under two names counts once in {@link #elements()}.
   */
  public static Weights of(Map<String, Tensor> tensors) {
    MemoryStorages memory = new MemoryStorages();
    Map<String, TensorRef> refs = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> refs.put(name, memory.add(tensor)));
    return new Weights(memory, refs);
  }

  /** Normalises the names and checks that every tensor lies inside the file. */
  static Weights of(Storages storages, Map<String, TensorRef> tensors)
      throws MalformedFileException {
    Map<String, TensorRef> normalised = new LinkedHashMap<>();
    for (Map.Entry<String, TensorRef> entry : tensors.entrySet()) {
      if (entry.getKey().length() > MAX_NAME) {
        throw new MalformedFileException(
            storages.path(),
            "tensor " + entry.getKey().substring(0, 40) + "...",
            "has a name of " + entry.getKey().length() + " characters, at most " + MAX_NAME,
            "check that the file is a checkpoint");
      }
      storages.check(entry.getKey(), entry.getValue());
      String name = normalise(entry.getKey());
      TensorRef other = normalised.putIfAbsent(name, entry.getValue());
      if (other != null && !other.equals(entry.getValue())) {
        throw new MalformedFileException(
            storages.path(),
            "tensor " + entry.getKey(),
            "and another one are both called " + name + " without their prefixes",
            "save the weights of one model only");
      }
    }
    return new Weights(storages, normalised);
  }

  static String normalise(String name) {
    String before;
    do {
      before = name;
      if (name.startsWith("module.")) {
        name = name.substring(7);
      }
      if (name.startsWith("_orig_mod.")) {
        name = name.substring(10);
      }
      name = name.replace("._orig_mod.", ".");
    } while (!name.equals(before));
    return name;
  }

  /** The names, in the file's order. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** Whether there is a tensor of that name. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** The number of names. */
  public int size() {
    return tensors.size();
  }

  /** The shape of a tensor, without reading it. */
  public Shape shape(String name) {
    return ref(name).shape();
  }

  /**
   * Where a tensor lies, without reading it.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when there is none of that name.
   */
  public TensorRef ref(String name) {
    TensorRef ref = tensors.get(name);
    if (ref == null) {
      throw new IllegalArgumentException(
          storages.path() + ": has no tensor " + name + " among its " + tensors.size());
    }
    return ref;
  }

  /** The number of elements of all tensors, each counted once however many names it has. */
  public long elements() {
    long sum = 0;
    for (TensorRef ref : Set.copyOf(tensors.values())) {
      sum += ref.shape().elements();
    }
    return sum;
  }

  /**
   * Reads a tensor as float32.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when there is none of that name; {@link
   * MalformedFileException} when its bytes cannot be read; {@link IOException} when the file is
   * gone or changed.
   */
  public Tensor get(String name) throws IOException {
    TensorRef ref = ref(name);
    synchronized (loaded) {
      WeakReference<Tensor> known = loaded.get(ref);
      Tensor tensor = known == null ? null : known.get();
      if (tensor == null) {
        tensor = storages.load(name, ref);
        loaded.put(ref, new WeakReference<>(tensor));
      }
      return tensor;
    }
  }

  /**
   * The same weights without nnU-Net's duplicate names.
   *
   * <p>nnU-Net's networks register each layer two to four times: {@code decoder.encoder.*} repeats
   * {@code encoder.*}, and {@code .all_modules.0.} repeats {@code .conv.}, {@code .all_modules.1.}
   * (2 with dropout) {@code .norm.}. The plain names are kept; a tensor that has only a duplicate
   * name, in a file that somebody pruned, is kept under the plain name that belongs to it.
   */
  public Weights canonical() {
    Map<String, TensorRef> kept = new LinkedHashMap<>();
    for (Map.Entry<String, TensorRef> entry : tensors.entrySet()) {
      String plain = plainName(entry.getKey());
      if (plain.equals(entry.getKey()) || !tensors.containsKey(plain)) {
        kept.putIfAbsent(plain, entry.getValue());
      }
    }
    return new Weights(storages, kept);
  }

  private static String plainName(String name) {
    String plain = name.startsWith("decoder.encoder.") ? name.substring(8) : name;
    return plain
        .replace(".all_modules.0.", ".conv.")
        .replace(".all_modules.1.", ".norm.")
        .replace(".all_modules.2.", ".norm.");
  }

  /** The names that are not in the given collection, in the file's order. */
  public Set<String> namesExcept(Collection<String> used) {
    Set<String> rest = new LinkedHashSet<>(tensors.keySet());
    rest.removeAll(Set.copyOf(used));
    return rest;
  }

  @Override
  public String toString() {
    return tensors.size() + " tensors of " + storages.path();
  }
}
