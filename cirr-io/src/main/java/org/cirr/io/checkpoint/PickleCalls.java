package org.cirr.io.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Half;
import org.cirr.tensor.Shape;

/**
 * The closed table of the calls that a pickle can make: containers, tensors and storages, NumPy
 * scalars, bytes as text. Every other call becomes an {@link Opaque}.
 */
final class PickleCalls {
  private static final int MAX_NAME = 200;
  private static final int MAX_RANK = 64;

  private final PickleInput in;
  private long budget;

  /** Calls that copy may copy {@code budget} values or bytes in all. */
  PickleCalls(PickleInput in, long budget) {
    this.in = in;
    this.budget = budget;
  }

  /** A storage that a persistent id names; the class of the elements is null for raw bytes. */
  private record StorageRef(ElementType type, String key) {}

  /** A mere name. */
  static Opaque global(String module, String name) {
    // Cut before joining: a stored text can be long and be named many times.
    return new Opaque(cut(module) + "." + cut(name), List.of());
  }

  private static String cut(String name) {
    return name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "..." : name;
  }

  /** The storage of a persistent id ("storage", class, key, location, number of elements). */
  Object persistent(Object id) {
    if (id instanceof PickleList fields
        && fields.size() >= 5
        && "storage".equals(fields.get(0))
        && fields.get(1) instanceof Opaque type
        && fields.get(2) instanceof String key) {
      String name = type.name().substring(type.name().lastIndexOf('.') + 1);
      ElementType elements = ElementType.ofStorage(name);
      if (elements != null || name.equals("UntypedStorage")) {
        return new Opaque("storage", List.of(new StorageRef(elements, key)));
      }
      return new Opaque(type.name(), List.of());
    }
    return new Opaque("persistent id", List.of());
  }

  /** The value of a call. */
  Object call(Object callee, Object arguments) throws MalformedFileException {
    if (!(callee instanceof Opaque function) || !(arguments instanceof PickleList list)) {
      return new Opaque("call of an object", List.of());
    }
    Object first = list.isEmpty() ? null : list.get(0);
    return switch (function.name()) {
      case "collections.OrderedDict", "collections.defaultdict", "builtins.dict" ->
          dictionary(first);
      case "__builtin__.dict" -> dictionary(first);
      case "builtins.set", "builtins.list", "builtins.frozenset", "builtins.tuple" -> copy(first);
      case "__builtin__.set", "__builtin__.list", "__builtin__.frozenset", "__builtin__.tuple" ->
          copy(first);
      case "torch.Size" -> copy(first);
      case "torch.torch_version.TorchVersion" -> first;
      case "_codecs.encode" -> encode(list, function);
      case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" ->
          scalar(list, function);
      case "torch._utils._rebuild_tensor_v2" -> tensor(list, null, function);
      case "torch._utils._rebuild_tensor_v3" ->
          tensor(list, list.size() > 6 ? list.get(6) : null, function);
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" -> first;
      case "torch._tensor._rebuild_from_type_v2" -> fromType(list, function);
      default -> opaque(function, list);
    };
  }

  private Opaque opaque(Opaque function, PickleList arguments) throws MalformedFileException {
    charge(arguments.size());
    // Not List.copyOf: arguments may be null, and only the outermost list is copied.
    return new Opaque(function.name(), Collections.unmodifiableList(new ArrayList<>(arguments)));
  }

  private void charge(long amount) throws MalformedFileException {
    budget -= amount;
    if (budget < 0) {
      throw in.wrong("copies more than its own length justifies");
    }
  }

  private Object copy(Object elements) throws MalformedFileException {
    if (elements instanceof PickleList list) {
      charge(list.size());
      return new PickleList(list);
    }
    return new PickleList(List.of());
  }

  /** An empty dictionary, or one of the given pairs (as Python 2 pickles an OrderedDict). */
  private Object dictionary(Object pairs) throws MalformedFileException {
    PickleDict dict = new PickleDict();
    if (pairs instanceof PickleList list) {
      charge(list.size());
      for (Object pair : list) {
        if (pair instanceof PickleList two && two.size() == 2) {
          dict.set(two.get(0), two.get(1));
        }
      }
    } else if (pairs instanceof PickleDict other) {
      charge(other.size());
      for (Map.Entry<Object, Object> entry : other.entrySet()) {
        dict.set(entry.getKey(), entry.getValue());
      }
    }
    return dict;
  }

  /** Bytes that Python 2 style protocols write as Latin-1 text. */
  private Object encode(PickleList arguments, Opaque function) throws MalformedFileException {
    if (arguments.size() == 2
        && arguments.get(0) instanceof String text
        && "latin1".equals(arguments.get(1))) {
      charge(text.length());
      return text.getBytes(StandardCharsets.ISO_8859_1);
    }
    return opaque(function, arguments);
  }

  /** A NumPy scalar from its type and bytes. */
  private Object scalar(PickleList arguments, Opaque function) throws MalformedFileException {
    if (arguments.size() == 2
        && arguments.get(0) instanceof Opaque type
        && arguments.get(1) instanceof byte[] bytes) {
      String code =
          !type.arguments().isEmpty() && type.arguments().get(0) instanceof String s ? s : "";
      boolean big =
          type.state() instanceof PickleList state && state.size() > 1 && ">".equals(state.get(1));
      ByteBuffer buffer =
          ByteBuffer.wrap(bytes).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      Object value = number(code, buffer);
      if (value != null) {
        return value;
      }
    }
    return opaque(function, arguments);
  }

  private static Object number(String code, ByteBuffer bytes) {
    if (code.length() != 2) { // a file's text can be long and be named many times
      return null;
    }
    return switch (code + " " + bytes.remaining()) {
      case "f8 8" -> bytes.getDouble();
      case "f4 4" -> (double) bytes.getFloat();
      case "f2 2" -> (double) Half.toFloat(bytes.getShort());
      case "i8 8" -> bytes.getLong();
      case "i4 4" -> (long) bytes.getInt();
      case "i2 2" -> (long) bytes.getShort();
      case "i1 1" -> (long) bytes.get();
      case "u4 4" -> bytes.getInt() & 0xffffffffL;
      case "u2 2" -> bytes.getShort() & 0xffffL;
      case "u1 1" -> bytes.get() & 0xffL;
      case "b1 1" -> bytes.get() != 0;
      default -> null;
    };
  }

  /** A tensor from (storage, offset, size, stride, …); version 3 names its type explicitly. */
  private Object tensor(PickleList arguments, Object dtype, Opaque function)
      throws MalformedFileException {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Opaque storage)
        || storage.arguments().size() != 1
        || !(storage.arguments().get(0) instanceof StorageRef found)
        || !(arguments.get(1) instanceof Long offset)
        || !(arguments.get(2) instanceof PickleList size)
        || !(arguments.get(3) instanceof PickleList stride)
        || size.size() != stride.size()
        || size.size() > MAX_RANK) {
      return opaque(function, arguments);
    }
    ElementType type = found.type();
    if (dtype instanceof Opaque named) {
      type = ElementType.ofTorch(named.name().substring(named.name().lastIndexOf('.') + 1));
    } else if (type == null) {
      type = ElementType.UINT8;
    }
    if (type == null) {
      return opaque(function, arguments);
    }
    charge(size.size());
    int[] extents = new int[size.size()];
    Long[] strides = new Long[size.size()];
    for (int axis = 0; axis < extents.length; axis++) {
      if (!(size.get(axis) instanceof Long extent)
          || extent < 0
          || extent > Integer.MAX_VALUE
          || !(stride.get(axis) instanceof Long step)
          || step < 0) {
        throw in.wrong("has a tensor with a size or stride that is negative or too large");
      }
      extents[axis] = extent.intValue();
      strides[axis] = step;
    }
    if (offset < 0 || offset > Long.MAX_VALUE / 8) {
      throw in.wrong("has a tensor with the offset " + offset);
    }
    return new TensorRef(
        type, Shape.of(extents), List.of(strides), offset * type.bytes(), found.key());
  }

  /** A tensor with attributes or of a subclass: (function, class, arguments, attributes). */
  private Object fromType(PickleList arguments, Opaque function) throws MalformedFileException {
    if (arguments.size() >= 3
        && arguments.get(0) instanceof Opaque inner
        && inner.name().equals("torch._utils._rebuild_tensor_v2")
        && arguments.get(2) instanceof PickleList innerArguments) {
      return tensor(innerArguments, null, inner);
    }
    return opaque(function, arguments);
  }
}
