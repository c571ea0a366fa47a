package org.cirr.metrics.radiomics;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * pyradiomics' own test images and baselines. cirr-metrics must not see cirr-io, so the few lines
 * that these gzipped little-endian NRRD and NumPy files need are here.
 */
public final class PyradiomicsData {
  private static final String FOLDER = "data/pyradiomics/";
  private static final Pattern VECTOR = Pattern.compile("\\(([^)]*)\\)");

  private static final Map<String, Volume> IMAGES = new ConcurrentHashMap<>();

  private PyradiomicsData() {}

  /** Read once: tests do not change it. */
  public static Volume image(String name) throws IOException {
    Volume image = IMAGES.get(name);
    if (image == null) {
      image = read(name);
      IMAGES.put(name, image);
    }
    return image;
  }

  private static Volume read(String name) throws IOException {
    Nrrd nrrd = Nrrd.read(Shared.require(FOLDER + name + "_image.nrrd"));
    float[] values = new float[nrrd.voxels()];
    for (int i = 0; i < values.length; i++) {
      values[i] = nrrd.data.getShort(2 * i);
    }
    return Volume.of(Tensor.of(nrrd.shape, values), nrrd.affine);
  }

  public static LabelMap label(String name) throws IOException {
    Nrrd nrrd = Nrrd.read(Shared.require(FOLDER + name + "_label.nrrd"));
    boolean wide = nrrd.header.contains("type: int");
    LabelMap map = LabelMap.zeros(Geometry.of(nrrd.shape, nrrd.affine), 255);
    for (int i = 0; i < map.length(); i++) {
      map.set(i, wide ? nrrd.data.getInt(4 * i) : nrrd.data.getShort(2 * i));
    }
    return map;
  }

  /** The columns of a baseline: case to row name to text. */
  public static Map<String, Map<String, String>> baseline(String featureClass) throws IOException {
    Path file = Shared.require(FOLDER + "baseline/baseline_" + featureClass + ".csv");
    Map<String, Map<String, String>> cases = new LinkedHashMap<>();
    List<String> head = null;
    for (String line : Files.readAllLines(file)) {
      List<String> cells = cells(line);
      if (head == null) {
        head = cells;
        head.stream().skip(1).forEach(name -> cases.put(name, new LinkedHashMap<>()));
        continue;
      }
      for (int i = 1; i < cells.size(); i++) {
        cases.get(head.get(i)).put(cells.get(0), cells.get(i));
      }
    }
    return cases;
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (char c : line.toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  /** A float64 array with its extents, in C order. */
  public record Npy(int[] shape, double[] values) {
    public static Npy read(String name) throws IOException {
      ByteBuffer data =
          ByteBuffer.wrap(Files.readAllBytes(Shared.require(FOLDER + "baseline/" + name)))
              .order(ByteOrder.LITTLE_ENDIAN);
      int length = data.getShort(8) & 0xffff;
      String header = new String(data.array(), 10, length, StandardCharsets.ISO_8859_1);
      Matcher extents = VECTOR.matcher(header);
      extents.find();
      List<Integer> list = new ArrayList<>();
      for (String extent : extents.group(1).split(",")) {
        if (!extent.isBlank()) {
          list.add(Integer.parseInt(extent.strip().replace("L", "")));
        }
      }
      int[] shape = list.stream().mapToInt(Integer::intValue).toArray();
      boolean fortran = header.contains("'fortran_order': True");
      int total = 1;
      for (int extent : shape) {
        total *= extent;
      }
      double[] values = new double[total];
      for (int i = 0; i < total; i++) {
        double value = data.getDouble(10 + length + 8 * i);
        values[fortran ? i % shape[0] * shape[1] + i / shape[0] : i] = value; // 2D if Fortran
      }
      return new Npy(shape, values);
    }
  }

  private record Nrrd(String header, Shape shape, Affine affine, ByteBuffer data) {
    int voxels() {
      return (int) shape.elements();
    }

    static Nrrd read(Path path) throws IOException {
      byte[] bytes = Files.readAllBytes(path);
      int end = 0;
      while (bytes[end] != '\n' || bytes[end + 1] != '\n') {
        end++;
      }
      String header = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
      int[] sizes = new int[3];
      double[][] steps = new double[4][];
      for (String line : header.split("\n")) {
        if (line.startsWith("sizes:")) {
          String[] parts = line.substring(6).strip().split(" ");
          for (int i = 0; i < 3; i++) {
            sizes[i] = Integer.parseInt(parts[i]);
          }
        } else if (line.startsWith("space directions:") || line.startsWith("space origin:")) {
          Matcher vectors = VECTOR.matcher(line);
          for (int i = line.startsWith("space o") ? 3 : 0; vectors.find(); i++) {
            String[] parts = vectors.group(1).split(",");
            steps[i] = new double[3];
            for (int k = 0; k < 3; k++) { // left-posterior-superior to RAS+
              steps[i][k] = Double.parseDouble(parts[k]) * (k < 2 ? -1 : 1);
            }
          }
        }
      }
      double[][] rows = new double[3][4];
      for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 4; c++) {
          rows[r][c] = steps[c][r];
        }
      }
      byte[] raw =
          new GZIPInputStream(new ByteArrayInputStream(bytes, end + 2, bytes.length - end - 2))
              .readAllBytes();
      return new Nrrd(
          header,
          Shape.of(sizes[2], sizes[1], sizes[0]),
          Affine.ofRows(rows[0], rows[1], rows[2]),
          ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN));
    }
  }
}
