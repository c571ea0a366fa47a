package org.cirr.benchmarks.export;

import java.util.List;

/**
 * An ONNX {@code NodeProto} as it is written.
 *
 * <p><b>Source</b>: onnx.proto3 of ONNX 1.16.
 */
final class OnnxNode {
  private static final int INPUT = 1;
  private static final int OUTPUT = 2;
  private static final int TYPE = 4;
  private static final int ATTRIBUTE = 5;

  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_FLOAT = 2;
  private static final int ATTRIBUTE_INT = 3;
  private static final int ATTRIBUTE_TEXT = 4;
  private static final int ATTRIBUTE_INTS = 8;
  private static final int ATTRIBUTE_TYPE = 20;

  private final ProtoMessage message = new ProtoMessage();

  OnnxNode(String type, List<String> inputs, String output) {
    inputs.forEach(input -> message.text(INPUT, input));
    message.text(OUTPUT, output).text(TYPE, type);
  }

  OnnxNode with(String name, double value) {
    return attribute(name, 1, new ProtoMessage().float32(ATTRIBUTE_FLOAT, (float) value));
  }

  OnnxNode with(String name, int value) {
    return attribute(name, 2, new ProtoMessage().number(ATTRIBUTE_INT, value));
  }

  OnnxNode with(String name, String value) {
    return attribute(name, 3, new ProtoMessage().text(ATTRIBUTE_TEXT, value));
  }

  OnnxNode with(String name, List<Integer> values) {
    ProtoMessage list = new ProtoMessage();
    values.forEach(value -> list.number(ATTRIBUTE_INTS, value));
    return attribute(name, 7, list);
  }

  ProtoMessage message() {
    return message;
  }

  private OnnxNode attribute(String name, int type, ProtoMessage value) {
    value.text(ATTRIBUTE_NAME, name).number(ATTRIBUTE_TYPE, type);
    message.message(ATTRIBUTE, value);
    return this;
  }
}
