import java.io.IOException;
import java.util.zip.ZipFile;

/** Prints how many bytes of a jar the entries below a folder take: java PackedSize.java JAR FOLDER. */
final class PackedSize {
  public static void main(String[] args) throws IOException {
    try (ZipFile jar = new ZipFile(args[0])) {
      System.out.println(
          jar.stream()
              .filter(entry -> entry.getName().startsWith(args[1]))
              .mapToLong(entry -> entry.getCompressedSize())
              .sum());
    }
  }
}
