package org.cirr.nn.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.cirr.nn.segment.Parity;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code nnunet-2.8} as {@code NNUNET_2_8}. */
final class ParityOption implements ITypeConverter<Parity> {
  /** {@code nnunet-2.8} for {@code NNUNET_2_8}. */
  static String text(Parity parity) {
    String[] parts = parity.name().toLowerCase(Locale.ROOT).split("_");
    return parts[0] + "-" + parts[1] + "." + parts[2];
  }

  @Override
  public Parity convert(String value) {
    for (Parity parity : Parity.values()) {
      if (text(parity).equalsIgnoreCase(value)) {
        return parity;
      }
    }
    throw new TypeConversionException(
        "'" + value + "' is none of " + String.join(", ", new Names()));
  }

  /** What the help text lists. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of(Parity.values()).stream().map(ParityOption::text).iterator();
    }
  }
}
