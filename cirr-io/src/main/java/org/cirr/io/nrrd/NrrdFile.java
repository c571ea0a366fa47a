package org.cirr.io.nrrd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cirr.io.bytes.BinaryVoxels;
import org.cirr.io.bytes.ByteInput;
import org.cirr.io.bytes.ByteSource;
import org.cirr.io.bytes.VoxelSource;
import org.cirr.io.file.MalformedFileException;

/** The values of an NRRD file, from behind its header or from one or more data files. */
final class NrrdFile implements VoxelSource, Closeable {
  private static final Pattern PRINTF =
      Pattern.compile(
          "(\\S*%(0?)(\\d{0,2})d\\S*)\\s+(-?\\d{1,9})\\s+(-?\\d{1,9})\\s+(-?\\d{1,9})(\\s+\\d+)?");

  private final ByteSource source;
  private final NrrdHeader header;
  private final long dataAt;
  private final String[] list; // names of a LIST or the single name; null when attached or printf
  private final Matcher printf; // matched, or null
  private final long pieces;
  private final long valuesPerPiece;

  private long piece;
  private long leftInPiece;
  private ByteInput input;
  private VoxelSource values;
  private double[] part;

  private NrrdFile(ByteSource source, NrrdHeader header, long dataAt) throws IOException {
    this.source = source;
    this.header = header;
    this.dataAt = dataAt;
    String data = header.dataFile();
    Matcher matcher = PRINTF.matcher(data);
    printf = matcher.matches() ? matcher : null;
    if (printf != null) {
      list = null;
      pieces = count(matcher);
    } else if (NrrdHeaderText.isList(data)) {
      String[] lines = data.split("\n");
      list = Arrays.copyOfRange(lines, 1, lines.length);
      pieces = list.length;
    } else {
      list = data.isEmpty() ? null : new String[] {data};
      pieces = 1;
    }
    if (pieces < 1 || header.values() % pieces != 0) {
      throw new MalformedFileException(
          source.path(),
          "data file",
          "names " + pieces + " files, which cannot share " + header.values() + " values evenly",
          "mend the list of files");
    }
    valuesPerPiece = header.values() / pieces;
  }

  static NrrdFile open(ByteSource source) throws IOException {
    try (ByteInput in = ByteInput.open(source)) {
      NrrdHeader header = NrrdHeaderText.read(in);
      if (in.isPacked() && header.encoding() == NrrdEncoding.GZIP) {
        throw new MalformedFileException(
            source.path(), "the file", "is packed by gzip twice", "unpack it once by gunzip");
      }
      if (in.isPacked() && header.encoding() == NrrdEncoding.HEX) { // two lengths to lie about
        throw new MalformedFileException(
            source.path(), "the file", "is hexadecimal text packed by gzip", "unpack it by gunzip");
      }
      return new NrrdFile(source, header, in.position());
    }
  }

  NrrdHeader header() {
    return header;
  }

  /** Opens the first piece, so that sizes are checked before memory is taken. */
  long justified() throws IOException {
    if (input == null) {
      openPiece();
    }
    return input.justified();
  }

  @Override
  public void next(double[] into, int count) throws IOException {
    if (input == null) {
      openPiece();
    }
    if (count <= leftInPiece) {
      values.next(into, count);
      leftInPiece -= count;
      return;
    }
    if (part == null) {
      part = new double[into.length];
    }
    for (int done = 0; done < count; ) {
      if (leftInPiece == 0) {
        piece++;
        openPiece();
      }
      int step = (int) Math.min(count - done, leftInPiece);
      values.next(part, step);
      System.arraycopy(part, 0, into, done, step);
      leftInPiece -= step;
      done += step;
    }
  }

  /** Compares gzip's check sum where the values end the file. */
  void finish() throws IOException {
    if (input != null) {
      input.finish();
    }
  }

  private void openPiece() throws IOException {
    if (input != null) {
      input.close();
    }
    input = openData();
    String claim =
        header.sizeText()
            + (pieces > 1 ? " in " + pieces + " files" : "")
            + " = "
            + valuesPerPiece * header.type().bytes()
            + " bytes from byte "
            + input.position();
    leftInPiece = valuesPerPiece;
    if (header.encoding() == NrrdEncoding.TEXT) {
      BinaryVoxels.checkHolds(input, 2 * valuesPerPiece - 1, header.sizeText() + " as text");
      values = new NrrdText(input, header.sizeText());
      return;
    }
    long needed = valuesPerPiece * header.type().bytes();
    BinaryVoxels.checkHolds(input, needed, claim);
    if (header.byteSkip() < 0) {
      skipToEnd(needed);
    }
    BinaryVoxels.checkHolds(input, needed, claim);
    values = new BinaryVoxels(input, header.type(), header.order(), 1, 0, claim);
  }

  /**
   * Stands where the last bytes begin; packed data are unpacked once more to learn their length.
   */
  private void skipToEnd(long needed) throws IOException {
    long length = input.mostLeft();
    if (input.isPacked()) {
      length = input.skip(Long.MAX_VALUE);
      input.close();
      input = openData();
    }
    input.skip(length - needed);
  }

  private ByteInput openData() throws IOException {
    String name = name();
    if (name != null && !source.sibling(name).exists()) {
      throw new MalformedFileException(
          source.path(),
          "data file",
          "'" + NrrdHeaderText.shown(name) + "' is not there",
          "put it beside the header");
    }
    ByteInput in =
        name == null ? ByteInput.open(source) : ByteInput.openPlain(source.sibling(name));
    try {
      in.skip(name == null ? dataAt : 0);
      for (long line = 0; line < header.lineSkip(); line++) {
        int c = in.read();
        while (c >= 0 && c != '\n') {
          c = in.read();
        }
        if (c < 0) {
          throw new MalformedFileException(
              in.path(),
              "line skip",
              "is " + header.lineSkip() + " but the data have only " + line + " lines",
              "mend the header");
        }
      }
      ByteInput data =
          switch (header.encoding()) {
            case GZIP -> in.gunzipRest();
            case HEX -> in.hexRest();
            case RAW, TEXT -> in;
          };
      if (header.encoding() == NrrdEncoding.GZIP && !data.isPacked()) {
        throw new MalformedFileException(
            in.path(), "encoding", "is gzip but the data are not", "mend the header");
      }
      if (header.byteSkip() > 0 && data.skip(header.byteSkip()) < header.byteSkip()) {
        throw new MalformedFileException(
            in.path(),
            "byte skip",
            "is " + header.byteSkip() + " but the file ends before",
            "mend the header");
      }
      return data;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static long count(Matcher matcher) {
    long from = Long.parseLong(matcher.group(4));
    long to = Long.parseLong(matcher.group(5));
    long step = Long.parseLong(matcher.group(6));
    return step == 0 ? 0 : (to - from) / step + 1;
  }

  /** The data file of the current piece relative to the header; null when attached. */
  private String name() throws IOException {
    if (list == null && printf == null) {
      return null;
    }
    String name = printf == null ? list[(int) piece] : printed();
    boolean outside;
    try {
      Path relative = Path.of(name);
      outside =
          relative.isAbsolute()
              || name.startsWith("/")
              || name.startsWith("\\")
              || name.matches("[A-Za-z]:.*")
              || relative.normalize().startsWith("..");
    } catch (InvalidPathException e) {
      throw new MalformedFileException(
          source.path(), "data file", "is not a file name", "mend the header", e);
    }
    if (outside) {
      throw new MalformedFileException(
          source.path(),
          "data file",
          "is '" + name + "', outside the header's folder",
          "put the data file beside the header and name it without a folder");
    }
    return name;
  }

  private String printed() {
    long number = Long.parseLong(printf.group(4)) + piece * Long.parseLong(printf.group(6));
    String width = printf.group(3);
    String digits =
        width.isEmpty() ? "" + number : String.format("%" + printf.group(2) + width + "d", number);
    String pattern = printf.group(1);
    int start = printf.start(2) - 1;
    int end = printf.end(3) + 1;
    return pattern.substring(0, start) + digits + pattern.substring(end);
  }

  @Override
  public void close() throws IOException {
    if (input != null) {
      input.close();
    }
  }
}
