package org.cirr.backend;

/** What {@link BackendsTest} asks in a process without the Vector API. */
public final class ChoiceMain {
  private ChoiceMain() {}

  public static void main(String[] arguments) {
    Backends.report().forEach(System.out::println);
    for (int repeat = 0; repeat < 3; repeat++) {
      System.out.println("auto is " + Backends.auto() + ", " + Backends.of("auto").name());
    }
    System.out.println("forced scalar is " + Backends.of("scalar"));
    try {
      System.out.println("forced simd is " + Backends.of("simd"));
    } catch (UnsupportedOperationException refused) {
      System.out.println("refused: " + refused.getMessage());
    }
  }
}
