package org.cirr.io.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.cirr.io.archive.ZipArchive;
import org.cirr.io.archive.ZipRecord;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/** PyTorch's zip format: {@code TOP/data.pkl}, {@code TOP/data/KEY}, {@code TOP/byteorder}. */
final class TorchArchive implements Storages {
  private static final int MAX_PICKLE_BYTES = 1 << 26;

  private final Path path;
  private final ZipArchive archive;
  private final String top;
  private final ByteOrder order;

  private TorchArchive(Path path, ZipArchive archive, String top, ByteOrder order) {
    this.path = path;
    this.archive = archive;
    this.top = top;
    this.order = order;
  }

  static TorchArchive open(SeekableBytes source) throws IOException {
    ZipArchive archive = ZipArchive.open(source);
    String top = null;
    for (String name : archive.records().keySet()) {
      if (name.endsWith("/constants.pkl") || name.equals("constants.pkl")) {
        throw new MalformedFileException(
            source.path(),
            "format",
            "is a TorchScript archive (it has constants.pkl), which holds a program",
            "save the weights in Python with torch.save(model.state_dict(), file)");
      }
      if (name.endsWith("/data.pkl") || name.equals("data.pkl")) {
        String folder = name.substring(0, name.length() - "data.pkl".length());
        if (top != null) {
          throw new MalformedFileException(
              source.path(),
              "format",
              "has two models, " + top + "data.pkl and " + name,
              "unpack the zip and name one of its files");
        }
        top = folder;
      }
    }
    if (top == null) {
      throw new MalformedFileException(
          source.path(),
          "format",
          "is a zip without data.pkl, so not a PyTorch checkpoint",
          "if it is a zipped model folder, unpack it first");
    }
    return new TorchArchive(source.path(), archive, top, order(source, archive, top));
  }

  private static ByteOrder order(SeekableBytes source, ZipArchive archive, String top)
      throws IOException {
    ZipRecord record = archive.records().get(top + "byteorder");
    if (record == null) { // written since PyTorch 2.1 only
      return ByteOrder.LITTLE_ENDIAN;
    }
    String order = new String(archive.read(record, 100), StandardCharsets.US_ASCII).trim();
    return switch (order) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new MalformedFileException(
              source.path(),
              "byteorder",
              "is neither little nor big",
              "the file is damaged; copy it again");
    };
  }

  Object tree() throws IOException {
    ZipRecord pickle = archive.records().get(top + "data.pkl");
    return Unpickler.read(path, archive.read(pickle, MAX_PICKLE_BYTES));
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public ByteOrder order() {
    return order;
  }

  @Override
  public long bytes(String storage) {
    ZipRecord record = archive.records().get(top + "data/" + storage);
    return record == null ? -1 : record.bytes();
  }

  @Override
  public InputStream stream(String storage, long position) throws IOException {
    InputStream in = archive.stream(archive.records().get(top + "data/" + storage));
    try {
      in.skipNBytes(position);
    } catch (IOException e) {
      in.close();
      throw e;
    }
    return in;
  }
}
