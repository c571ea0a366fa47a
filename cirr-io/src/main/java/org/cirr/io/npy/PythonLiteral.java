package org.cirr.io.npy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the Python literal of a {@code .npy} header: dictionaries, tuples, lists, strings, whole
 * numbers, True, False, None. Anything else is an {@link IllegalArgumentException} with the
 * position.
 */
final class PythonLiteral {
  private static final int MAX_DEPTH = 8;
  private final String text;
  private int at;

  PythonLiteral(String text) {
    this.text = text;
  }

  Object parse() {
    Object value = value(0);
    skipSpace();
    if (at < text.length()) {
      throw wrong("the end");
    }
    return value;
  }

  private Object value(int depth) {
    if (depth > MAX_DEPTH) {
      throw wrong("at most " + MAX_DEPTH + " levels");
    }
    skipSpace();
    char next = peek();
    if (next == '{') {
      return dictionary(depth);
    }
    if (next == '(') {
      return list('(', ')', depth);
    }
    if (next == '[') {
      return list('[', ']', depth);
    }
    if (next == '\'' || next == '"') {
      return string();
    }
    if (next == '-' || Character.isDigit(next)) {
      return number();
    }
    return word();
  }

  private Map<Object, Object> dictionary(int depth) {
    Map<Object, Object> map = new LinkedHashMap<>();
    expect('{');
    while (!accept('}')) {
      Object key = value(depth + 1);
      expect(':');
      map.put(key, value(depth + 1));
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    return map;
  }

  private List<Object> list(char open, char close, int depth) {
    List<Object> list = new ArrayList<>();
    expect(open);
    while (!accept(close)) {
      list.add(value(depth + 1));
      if (!accept(',')) {
        expect(close);
        break;
      }
    }
    return list;
  }

  private String string() {
    char quote = text.charAt(at++);
    int end = text.indexOf(quote, at);
    if (end < 0) {
      throw wrong("a closing " + quote);
    }
    String value = text.substring(at, end);
    at = end + 1;
    return value;
  }

  private Long number() {
    int start = at++;
    while (at < text.length() && Character.isDigit(text.charAt(at))) {
      at++;
    }
    String digits = text.substring(start, at);
    if (at < text.length() && text.charAt(at) == 'L') { // written by Python 2
      at++;
    }
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      at = start;
      throw wrong("a number");
    }
  }

  private Object word() {
    if (text.startsWith("True", at)) {
      at += 4;
      return Boolean.TRUE;
    }
    if (text.startsWith("False", at)) {
      at += 5;
      return Boolean.FALSE;
    }
    if (text.startsWith("None", at)) {
      at += 4;
      return "None";
    }
    throw wrong("a value");
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private boolean accept(char wanted) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw wrong("'" + wanted + "'");
    }
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException("expected " + expected + " at character " + at);
  }
}
