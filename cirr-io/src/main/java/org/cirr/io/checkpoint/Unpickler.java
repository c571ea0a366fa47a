package org.cirr.io.checkpoint;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cirr.io.file.MalformedFileException;

/**
 * Turns a pickle into inert values: null, Boolean, Long, Double, String, {@code byte[]}, {@link
 * java.math.BigInteger}, lists (also for tuples and sets), maps, {@link TensorRef} and {@link
 * Opaque}.
 *
 * <p>It is a small stack machine. A pickle names Python classes and calls them; here a name is only
 * a text, and the calls that matter are a closed table, {@link PickleCalls}. All other calls become
 * {@link Opaque}.
 *
 * <p><b>Source</b>: the opcode table in Python's pickletools, protocols 0 to 5 without out-of-band
 * buffers, extension codes, and the persistent ids and instances of protocol 0.
 */
final class Unpickler {
  /*
   * The machine never recurses, so nesting cannot exhaust the stack. What a pickle can make is
   * linear in its length: every opcode makes at most one small object, and the calls that copy
   * (see PickleCalls) are charged against a budget of a few times the length. The tables of marks
   * and memo grow with the opcodes that were really there, and those are counted, because a
   * deflated pickle can be a thousand times longer than its file.
   */
  private static final int PROTO = 0x80;
  private static final int MAX_OPCODES = 4_000_000;

  private final PickleInput in;
  private final PickleCalls calls;
  private final ArrayList<Object> stack = new ArrayList<>();
  private final ArrayList<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  private Unpickler(PickleInput in, PickleCalls calls) {
    this.in = in;
    this.calls = calls;
  }

  /** The value of the first pickle in the bytes. */
  static Object read(Path file, byte[] bytes) throws MalformedFileException {
    PickleInput in = new PickleInput(file, bytes);
    Unpickler machine = new Unpickler(in, new PickleCalls(in, 4L * bytes.length + 4096));
    for (int count = 0; in.hasMore(); count++) {
      int opcode = in.u1();
      if (count == MAX_OPCODES) {
        throw in.wrong("has more than " + MAX_OPCODES + " opcodes");
      }
      if (opcode == '.') {
        return machine.pop();
      }
      if (!machine.scalar(opcode) && !machine.container(opcode) && !machine.object(opcode)) {
        throw in.wrong(
            String.format("has the opcode 0x%02x, which is not read, just before", opcode));
      }
    }
    throw in.wrong("ends without its STOP opcode");
  }

  /** Opcodes that push a value made from the bytes that follow. */
  private boolean scalar(int opcode) throws MalformedFileException {
    switch (opcode) {
      case 'N' -> push(null);
      case 0x88 -> push(Boolean.TRUE);
      case 0x89 -> push(Boolean.FALSE);
      case 'J' -> push((long) in.i4());
      case 'K' -> push((long) in.u1());
      case 'M' -> push((long) in.u2());
      case 'G' -> push(in.bigEndianDouble());
      case 0x8a -> push(in.whole(in.u1()));
      case 0x8b -> push(in.whole(in.i4()));
      case 'I' -> {
        String text = in.line();
        push(text.equals("00") ? false : text.equals("01") ? (Object) true : in.decimal(text));
      }
      case 'L' -> push(in.decimal(in.line()));
      case 'F' -> push(number(in.line()));
      case 'X' -> push(in.text(in.u4(), StandardCharsets.UTF_8));
      case 0x8c -> push(in.text(in.u1(), StandardCharsets.UTF_8));
      case 0x8d -> push(in.text(in.i8(), StandardCharsets.UTF_8));
      case 'V' -> push(in.line());
      case 'U' -> push(in.text(in.u1(), StandardCharsets.ISO_8859_1));
      case 'T' -> push(in.text(in.i4(), StandardCharsets.ISO_8859_1));
      case 'S' -> push(unquoted(in.line()));
      case 'C' -> push(in.raw(in.u1()));
      case 'B' -> push(in.raw(in.u4()));
      case 0x8e, 0x96 -> push(in.raw(in.i8()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Opcodes that build lists and dictionaries, and move values on the stack. */
  private boolean container(int opcode) throws MalformedFileException {
    switch (opcode) {
      case '(' -> marks.add(stack.size());
      case ')', ']', 0x8f -> push(new PickleList(List.of()));
      case '}' -> push(new PickleDict());
      case 't', 'l', 0x91 -> push(new PickleList(popToMark()));
      case 'd' -> {
        List<Object> pairs = popToMark();
        push(new PickleDict());
        setItems(pairs);
      }
      case 0x85 -> push(new PickleList(popLast(1)));
      case 0x86 -> push(new PickleList(popLast(2)));
      case 0x87 -> push(new PickleList(popLast(3)));
      case 'a' -> append(popLast(1));
      case 'e', 0x90 -> append(popToMark());
      case 's' -> setItems(popLast(2));
      case 'u' -> setItems(popToMark());
      case '0' -> popOrMark();
      case '1' -> popToMark();
      case '2' -> push(top());
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Opcodes of protocol, memo, names and calls. */
  private boolean object(int opcode) throws MalformedFileException {
    switch (opcode) {
      case PROTO -> {
        int protocol = in.u1();
        if (protocol > 5) {
          throw in.wrong("has protocol " + protocol + ", read are 0 to 5,");
        }
      }
      case 0x95 -> in.i8(); // FRAME
      case 'q' -> memo.put((long) in.u1(), top());
      case 'r' -> memo.put(in.u4(), top());
      case 'p' -> memo.put(in.decimal(in.line()).longValue(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> remember(in.u1());
      case 'j' -> remember(in.u4());
      case 'g' -> remember(in.decimal(in.line()).longValue());
      case 'c' -> push(PickleCalls.global(in.line(), in.line()));
      case 0x93 -> {
        List<Object> names = popLast(2);
        push(
            PickleCalls.global(
                Checkpoint.describe(names.get(0)), Checkpoint.describe(names.get(1))));
      }
      case 'R', 0x81 -> {
        List<Object> call = popLast(2);
        push(calls.call(call.get(0), call.get(1)));
      }
      case 0x92 -> {
        List<Object> call = popLast(3); // the keyword arguments of NEWOBJ_EX are dropped
        push(calls.call(call.get(0), call.get(1)));
      }
      case 'b' -> {
        Object state = pop();
        if (top() instanceof Opaque opaque) {
          opaque.state(state);
        }
      }
      case 'Q' -> push(calls.persistent(pop()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private double number(String text) throws MalformedFileException {
    if (text.length() > 40) {
      throw in.wrong("has no number where one should be,");
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw in.wrong("has no number where one should be,");
    }
  }

  private String unquoted(String line) throws MalformedFileException {
    if (line.length() < 2 || line.charAt(0) != line.charAt(line.length() - 1)) {
      throw in.wrong("has a text without quotes");
    }
    return line.substring(1, line.length() - 1);
  }

  private void remember(long index) throws MalformedFileException {
    Object value = memo.get(index);
    if (value == null && !memo.containsKey(index)) {
      throw in.wrong("asks for value " + index + ", which was not stored,");
    }
    push(value);
  }

  private void append(List<Object> values) throws MalformedFileException {
    if (top() instanceof PickleList list) {
      values.forEach(list::append);
    } else if (!(top() instanceof Opaque)) {
      throw in.wrong("appends to something that is no list");
    }
  }

  private void setItems(List<Object> pairs) throws MalformedFileException {
    if (pairs.size() % 2 != 0) {
      throw in.wrong("sets a key without a value");
    }
    if (top() instanceof PickleDict dict) {
      for (int i = 0; i < pairs.size(); i += 2) {
        dict.set(pairs.get(i), pairs.get(i + 1));
      }
    } else if (!(top() instanceof Opaque)) {
      throw in.wrong("sets a key of something that is no dictionary");
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private Object top() throws MalformedFileException {
    if (stack.size() <= floor()) {
      throw in.wrong("takes a value from an empty stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws MalformedFileException {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private void popOrMark() throws MalformedFileException {
    if (!marks.isEmpty() && floor() == stack.size()) {
      marks.remove(marks.size() - 1);
    } else {
      pop();
    }
  }

  private List<Object> popLast(int count) throws MalformedFileException {
    if (stack.size() - floor() < count) {
      throw in.wrong("takes a value from an empty stack");
    }
    return popFrom(stack.size() - count);
  }

  private List<Object> popToMark() throws MalformedFileException {
    if (marks.isEmpty()) {
      throw in.wrong("closes a group that was not opened");
    }
    return popFrom(marks.remove(marks.size() - 1));
  }

  private List<Object> popFrom(int start) {
    List<Object> tail = stack.subList(start, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }
}
