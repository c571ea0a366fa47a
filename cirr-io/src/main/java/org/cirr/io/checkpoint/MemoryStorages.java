package org.cirr.io.checkpoint;

import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.cirr.tensor.Tensor;

/** Tensors that are in memory already. */
final class MemoryStorages implements Storages {
  private final Map<Tensor, String> keys = new IdentityHashMap<>();
  private final Map<String, Tensor> tensors = new HashMap<>();

  TensorRef add(Tensor tensor) {
    String key = keys.computeIfAbsent(tensor, unused -> Integer.toString(keys.size()));
    tensors.put(key, tensor);
    return new TensorRef(
        ElementType.FLOAT32, tensor.shape(), TensorRef.rowMajor(tensor.shape()), 0, key);
  }

  @Override
  public Path path() {
    return Path.of("weights in memory");
  }

  @Override
  public ByteOrder order() {
    return ByteOrder.nativeOrder();
  }

  @Override
  public long bytes(String storage) {
    Tensor tensor = tensors.get(storage);
    return tensor == null ? -1 : 4 * tensor.shape().elements();
  }

  @Override
  public InputStream stream(String storage, long position) {
    throw new UnsupportedOperationException("tensors in memory are not read as bytes");
  }

  @Override
  public Tensor load(String name, TensorRef tensor) {
    return tensors.get(tensor.storage());
  }
}
