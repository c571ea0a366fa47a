package org.cirr.io.nrrd;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cirr.io.bytes.ByteInput;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.VoxelType;

/**
 * Reads the text of an NRRD header.
 *
 * <p><b>Source</b>: the format's definition at teem.sourceforge.net/nrrd/format.html.
 */
final class NrrdHeaderText {
  private static final int LONGEST = 1 << 24;
  private static final int MOST_AXES = 16;
  private static final String MEND = "mend the header or export the file again";

  private final Path path;
  private final ByteInput in;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final Map<String, String> keyValues = new LinkedHashMap<>();
  private boolean ended;

  private NrrdHeaderText(ByteInput in) {
    this.path = in.path();
    this.in = in;
  }

  /** Reads up to the blank line that ends the header, or to the end of a detached header. */
  static NrrdHeader read(ByteInput in) throws IOException {
    return new NrrdHeaderText(in).read();
  }

  /** Whether these are the first bytes of an NRRD file. */
  static boolean isNrrd(byte[] start) {
    return start.length >= 4
        && start[0] == 'N'
        && start[1] == 'R'
        && start[2] == 'R'
        && start[3] == 'D';
  }

  private NrrdHeader read() throws IOException {
    byte[] magic = in.readUpTo(8);
    int version = magic.length < 8 ? -1 : magic[7] - '0';
    if (!isNrrd(magic) || version < 1 || version > 9) {
      throw new MalformedFileException(
          path,
          "the first line",
          magic.length == 0 ? "is missing, the file is empty" : "is not NRRD0001 to NRRD0005",
          "name a .nrrd or .nhdr file, or read other formats with ImageFile");
    }
    line();
    for (String line = line(); !ended && !line.isEmpty(); line = line()) {
      take(line);
      if (isList(dataFile())) {
        takeList();
      }
    }
    return header(version);
  }

  /** The next line without its end; sets {@code ended} when there is none. */
  private String line() throws IOException {
    byte[] line = new byte[128];
    int length = 0;
    int next = in.read();
    ended = next < 0;
    for (; next >= 0 && next != '\n'; next = in.read()) {
      if (in.position() > LONGEST) {
        throw new MalformedFileException(
            path, "the header", "is longer than 16 MiB", "no such header is meant; " + MEND);
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, 2 * length);
      }
      line[length++] = (byte) next;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }

  private void take(String line) throws IOException {
    if (line.startsWith("#")) {
      return;
    }
    int assign = line.indexOf(":=");
    int colon = line.indexOf(':');
    int blank = line.indexOf(": ");
    if (assign >= 0 && (blank < 0 || assign < blank)) {
      keyValues.put(line.substring(0, assign), line.substring(assign + 2).strip());
      return;
    }
    if (colon < 1) {
      throw new MalformedFileException(
          path, "the line '" + shown(line) + "'", "is neither a field nor a comment", MEND);
    }
    String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT).replace(" ", "");
    name = name.equals("centerings") ? "centers" : name;
    if (fields.put(name, line.substring(colon + 1).strip()) != null) {
      throw new MalformedFileException(path, "the field '" + name + "'", "is there twice", MEND);
    }
  }

  private String dataFile() {
    return fields.getOrDefault("datafile", "");
  }

  /** Whether a data file's first line announces a list, {@code LIST} or {@code LIST 2}. */
  static boolean isList(String dataFile) {
    return dataFile.matches("(?si)LIST(\\s+\\d+)?(\n.*)?");
  }

  private void takeList() throws IOException {
    StringBuilder list = new StringBuilder(dataFile());
    for (String name = line(); !ended; name = line()) {
      if (!name.isBlank()) {
        list.append('\n').append(name.strip());
      }
    }
    fields.put("datafile", list.toString());
  }

  static String shown(String text) {
    String start = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return start.replaceAll("\\p{Cntrl}", "�");
  }

  private NrrdHeader header(int version) throws IOException {
    VoxelType type = type(required("type"));
    List<Long> sizes = sizes(type);
    NrrdEncoding encoding = encoding(required("encoding"));
    String space = fields.getOrDefault("space", "");
    if (space.toLowerCase(Locale.ROOT).endsWith("-time")
        || space.length() == 4 && space.endsWith("T")) {
      throw new MalformedFileException(
          path, "space", "is '" + space + "', which has four dimensions", "leave out time");
    }
    List<List<Double>> directions = directions(sizes.size());
    return new NrrdHeader(
        version,
        type,
        order(type, encoding),
        encoding,
        sizes,
        space,
        directions,
        fields.containsKey("spaceorigin")
            ? vectors("spaceorigin", fields.get("spaceorigin")).get(0)
            : List.of(),
        spacings(sizes.size()),
        words("kinds", sizes.size()),
        dataFile(),
        whole("lineskip", 0),
        whole("byteskip", -1),
        Collections.unmodifiableMap(fields),
        Collections.unmodifiableMap(keyValues));
  }

  private String required(String field) throws MalformedFileException {
    String text = fields.get(field);
    if (text == null || text.isEmpty()) {
      throw new MalformedFileException(path, "the field '" + field + "'", "is missing", MEND);
    }
    return text;
  }

  private VoxelType type(String text) throws MalformedFileException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "signed char", "int8", "int8_t" -> VoxelType.INT8;
      case "uchar", "unsigned char", "uint8", "uint8_t" -> VoxelType.UINT8;
      case "short", "short int", "signed short", "signed short int", "int16", "int16_t" ->
          VoxelType.INT16;
      case "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t" ->
          VoxelType.UINT16;
      case "int", "signed int", "int32", "int32_t" -> VoxelType.INT32;
      case "uint", "unsigned int", "uint32", "uint32_t" -> VoxelType.UINT32;
      case "longlong",
          "long long",
          "long long int",
          "signed long long",
          "signed long long int",
          "int64",
          "int64_t" ->
          VoxelType.INT64;
      case "ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t" ->
          VoxelType.UINT64;
      case "float" -> VoxelType.FLOAT32;
      case "double" -> VoxelType.FLOAT64;
      default ->
          throw new MalformedFileException(
              path,
              "type",
              "is '" + shown(text) + "'; cirr reads 8 to 64-bit integers, float and double",
              "save it with one of these");
    };
  }

  private List<Long> sizes(VoxelType type) throws MalformedFileException {
    List<Long> sizes = new ArrayList<>();
    long dimension = integer("dimension", required("dimension"));
    String[] words = required("sizes").split("\\s+", MOST_AXES + 2);
    if (dimension < 1 || dimension > MOST_AXES || words.length != dimension) {
      throw new MalformedFileException(
          path,
          "sizes",
          "has "
              + (words.length > MOST_AXES ? "too many" : words.length)
              + " entries but dimension is "
              + dimension
              + " (1 to 16)",
          MEND);
    }
    long product = type.bytes();
    for (String word : words) {
      long size = integer("sizes", word);
      if (size < 1 || Math.multiplyHigh(product, size) != 0 || product * size < 0) {
        throw new MalformedFileException(
            path,
            "sizes",
            "is '"
                + shown(fields.get("sizes"))
                + "'; every size must be 1 or more and all values take less than 2^63 bytes",
            MEND);
      }
      product *= size;
      sizes.add(size);
    }
    return List.copyOf(sizes);
  }

  private NrrdEncoding encoding(String word) throws MalformedFileException {
    NrrdEncoding encoding = NrrdEncoding.of(word);
    if (encoding == null) {
      throw new MalformedFileException(
          path,
          "encoding",
          "is '" + shown(word) + "'; cirr reads raw, gzip, text and hex",
          "save it with gzip, for example: unu save -f nrrd -e gzip -i IN -o OUT");
    }
    return encoding;
  }

  private ByteOrder order(VoxelType type, NrrdEncoding encoding) throws MalformedFileException {
    if (type.bytes() == 1 || encoding == NrrdEncoding.TEXT) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String word = required("endian").toLowerCase(Locale.ROOT);
    if (!word.equals("little") && !word.equals("big")) {
      throw new MalformedFileException(
          path, "endian", "is '" + shown(word) + "' but must be little or big", MEND);
    }
    return word.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private List<List<Double>> directions(int rank) throws MalformedFileException {
    String text = fields.get("spacedirections");
    if (text == null) {
      return List.of();
    }
    List<List<Double>> vectors = vectors("space directions", text);
    int dimension = 0;
    for (List<Double> vector : vectors) {
      if (!vector.isEmpty()) {
        boolean differs = dimension != 0 && dimension != vector.size();
        dimension = differs || vector.size() > 3 ? -1 : vector.size();
      }
    }
    if (vectors.size() != rank || dimension < 1) {
      throw new MalformedFileException(
          path,
          "space directions",
          "is '"
              + shown(text)
              + "' but must hold "
              + rank
              + " vectors of one length (up to 3), or none, with at least one vector",
          MEND);
    }
    int spatial = 0;
    for (List<Double> vector : vectors) {
      spatial += vector.isEmpty() ? 0 : 1;
    }
    if (spatial > 3) {
      throw new MalformedFileException(
          path, "space directions", "has " + spatial + " vectors in space, at most 3 are", MEND);
    }
    return vectors;
  }

  /** Vectors such as {@code (1,0,0) none (0,1,0)}; none is empty. */
  private List<List<Double>> vectors(String field, String text) throws MalformedFileException {
    List<List<Double>> vectors = new ArrayList<>();
    int at = 0;
    while (at < text.length() && vectors.size() <= MOST_AXES) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.regionMatches(true, at, "none", 0, 4)) {
        vectors.add(List.of());
        at += 4;
      } else {
        int close = text.indexOf(')', at);
        if (text.charAt(at) != '(' || close < 0) {
          throw new MalformedFileException(
              path, field, "is '" + shown(text) + "' but must be vectors like (1,0,0)", MEND);
        }
        vectors.add(vector(field, text.substring(at + 1, close)));
        at = close + 1;
      }
    }
    return vectors.isEmpty() ? List.of(List.of()) : vectors;
  }

  private List<Double> vector(String field, String text) throws MalformedFileException {
    List<Double> vector = new ArrayList<>();
    boolean anyNan = false;
    for (String word : text.split(",", 5)) {
      double value = number(field, word.strip());
      anyNan |= Double.isNaN(value);
      vector.add(value);
    }
    return anyNan ? List.of() : List.copyOf(vector); // (nan,nan,nan) says none
  }

  private List<Double> spacings(int rank) throws MalformedFileException {
    List<Double> list = new ArrayList<>();
    for (String word : words("spacings", rank)) {
      list.add(number("spacings", word));
    }
    return List.copyOf(list);
  }

  private List<String> words(String field, int rank) throws MalformedFileException {
    String text = fields.get(field);
    if (text == null || text.isEmpty()) {
      return List.of();
    }
    String[] words = text.split("\\s+", MOST_AXES + 2);
    if (words.length != rank) {
      throw new MalformedFileException(
          path, field, "has " + words.length + " entries but dimension is " + rank, MEND);
    }
    return List.of(words);
  }

  private double number(String field, String word) throws MalformedFileException {
    try {
      return NrrdText.number(word);
    } catch (NumberFormatException e) {
      throw new MalformedFileException(
          path, field, "holds '" + shown(word) + "', which is no number", MEND, e);
    }
  }

  private long integer(String field, String word) throws MalformedFileException {
    try {
      return Long.parseLong(word);
    } catch (NumberFormatException e) {
      throw new MalformedFileException(
          path, field, "holds '" + shown(word) + "', which is no whole number", MEND, e);
    }
  }

  private long whole(String field, long least) throws MalformedFileException {
    String text = fields.get(field);
    if (text == null) {
      // pynrrd wrote some as custom keys: "byte skip:= -1"
      return 0;
    }
    long value = integer(field, text);
    if (value < least) {
      throw new MalformedFileException(
          path, field, "is " + value + " but must be " + least + " or more", MEND);
    }
    return value;
  }
}
