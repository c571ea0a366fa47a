package org.cirr.io.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;

/**
 * The central directory of a zip and its records.
 *
 * <p><b>Edge cases</b>: zip64; records with a data descriptor, stored or deflated; a local extra
 * field of another length than the central one. Of two records with one name the last counts, as in
 * Python's zipfile.
 *
 * <p><b>Errors</b>: {@link MalformedFileException} when the directory does not fit the file, for
 * encryption, and for compression other than deflate.
 *
 * <p><b>Source</b>: PKWARE APPNOTE 6.3.9, 4.3 and 4.5.3.
 */
public final class ZipArchive {
  /*
   * Not java.util.zip: ZipInputStream refuses PyTorch's stored records with flag 0x0808 ("only
   * DEFLATED entries can have EXT descriptor"), and ZipFile gives no position inside a record, so
   * a part of a large storage cannot be read, and it reads only files, so tests could not feed
   * bytes. Only the directory is held in memory.
   */
  private static final int END_BYTES = 22;
  private static final int LOCATOR_BYTES = 20;
  private static final int MAX_DIRECTORY_BYTES = 1 << 26;
  private static final long DEFLATE_RATIO = 1032; // the most that deflate can do
  private static final String REMEDY = "the file is damaged or truncated; copy it again";

  private final SeekableBytes source;
  private final Map<String, ZipRecord> records;

  private ZipArchive(SeekableBytes source, Map<String, ZipRecord> records) {
    this.source = source;
    this.records = records;
  }

  /** Whether the bytes start as a zip does. */
  public static boolean looksLikeZip(SeekableBytes source) throws IOException {
    if (source.size() < 4) {
      return false;
    }
    int magic = little(source.read(0, 4)).getInt();
    return magic == 0x04034b50 || magic == 0x06054b50;
  }

  /** Reads the central directory. */
  public static ZipArchive open(SeekableBytes source) throws IOException {
    int tail = (int) Math.min(source.size(), END_BYTES + 0xffff);
    long tailStart = source.size() - tail;
    ByteBuffer bytes = little(source.read(tailStart, tail));
    int end = tail - END_BYTES;
    while (end >= 0 && bytes.getInt(end) != 0x06054b50) {
      end--;
    }
    if (end < 0) {
      throw wrong(source, "zip directory", "is missing");
    }
    long count = Short.toUnsignedInt(bytes.getShort(end + 10));
    long size = Integer.toUnsignedLong(bytes.getInt(end + 12));
    long start = Integer.toUnsignedLong(bytes.getInt(end + 16));
    long locator = tailStart + end - LOCATOR_BYTES;
    if (locator >= 0) {
      ByteBuffer found = little(source.read(locator, LOCATOR_BYTES));
      if (found.getInt(0) == 0x07064b50) {
        long zip64 = found.getLong(8);
        if (zip64 < 0 || zip64 > source.size() - 56) {
          throw wrong(source, "zip64 directory", "lies at byte " + zip64 + " of " + source.size());
        }
        ByteBuffer record = little(source.read(zip64, 56));
        if (record.getInt(0) != 0x06064b50) {
          throw wrong(source, "zip64 directory", "does not lie where its locator says");
        }
        count = record.getLong(32);
        size = record.getLong(40);
        start = record.getLong(48);
      }
    }
    if (size < 0 || start < 0 || size > source.size() || start > source.size() - size) {
      throw wrong(
          source,
          "zip directory",
          "claims bytes " + start + " to " + (start + size) + " of " + source.size());
    }
    if (size > MAX_DIRECTORY_BYTES || count < 0 || count > size / 46) {
      throw wrong(source, "zip directory", "claims " + count + " records in " + size + " bytes");
    }
    return new ZipArchive(
        source, directory(source, little(source.read(start, (int) size)), (int) count));
  }

  private static Map<String, ZipRecord> directory(SeekableBytes source, ByteBuffer bytes, int count)
      throws MalformedFileException {
    Map<String, ZipRecord> records = new LinkedHashMap<>();
    int at = 0;
    for (int index = 0; index < count; index++) {
      if (at > bytes.limit() - 46 || bytes.getInt(at) != 0x02014b50) {
        throw wrong(source, "zip directory", "ends after " + index + " of " + count + " records");
      }
      int nameBytes = Short.toUnsignedInt(bytes.getShort(at + 28));
      int extraBytes = Short.toUnsignedInt(bytes.getShort(at + 30));
      int commentBytes = Short.toUnsignedInt(bytes.getShort(at + 32));
      int next = at + 46 + nameBytes + extraBytes + commentBytes;
      if (next > bytes.limit()) {
        throw wrong(source, "zip directory", "is cut off in record " + index);
      }
      String name = new String(bytes.array(), at + 46, nameBytes, StandardCharsets.UTF_8);
      records.put(name, record(source, bytes, at, name, at + 46 + nameBytes, extraBytes));
      at = next;
    }
    return records;
  }

  private static ZipRecord record(
      SeekableBytes source, ByteBuffer bytes, int at, String name, int extra, int extraBytes)
      throws MalformedFileException {
    long stored = Integer.toUnsignedLong(bytes.getInt(at + 20));
    long size = Integer.toUnsignedLong(bytes.getInt(at + 24));
    long offset = Integer.toUnsignedLong(bytes.getInt(at + 42));
    int end = extra + extraBytes;
    while (extra <= end - 4) {
      int id = Short.toUnsignedInt(bytes.getShort(extra));
      int field = extra + 4;
      int fieldEnd = Math.min(end, field + Short.toUnsignedInt(bytes.getShort(extra + 2)));
      if (id == 1) { // zip64: only the values that did not fit above, in this order
        if (size == 0xffffffffL && field <= fieldEnd - 8) {
          size = bytes.getLong(field);
          field += 8;
        }
        if (stored == 0xffffffffL && field <= fieldEnd - 8) {
          stored = bytes.getLong(field);
          field += 8;
        }
        if (offset == 0xffffffffL && field <= fieldEnd - 8) {
          offset = bytes.getLong(field);
        }
      }
      extra = fieldEnd;
    }
    if (stored < 0 || size < 0 || offset < 0 || stored > source.size() || offset > source.size()) {
      throw wrong(
          source,
          "record " + name,
          "claims " + stored + " bytes at byte " + offset + " of " + source.size());
    }
    int method = Short.toUnsignedInt(bytes.getShort(at + 10));
    if (method == 0 && size != stored) {
      throw wrong(source, "record " + name, "is stored but claims sizes " + stored + ", " + size);
    }
    if (method == 8 && size / DEFLATE_RATIO > stored) {
      throw wrong(
          source,
          "record " + name,
          "claims to inflate from " + stored + " to " + size + " bytes, which deflate cannot do");
    }
    return new ZipRecord(
        name,
        method,
        Short.toUnsignedInt(bytes.getShort(at + 8)),
        bytes.getInt(at + 16),
        stored,
        size,
        offset);
  }

  /** The records by name, in the directory's order. */
  public Map<String, ZipRecord> records() {
    return Collections.unmodifiableMap(records);
  }

  /** Where a record's stored bytes start in the file. */
  public long dataPosition(ZipRecord record) throws IOException {
    if ((record.flags() & 1) != 0) {
      throw new MalformedFileException(
          source.path(), "record " + record.name(), "is encrypted", "save the file unencrypted");
    }
    if (record.offset() > source.size() - 30) {
      throw wrong(source, "record " + record.name(), "starts past the end of the file");
    }
    ByteBuffer local = little(source.read(record.offset(), 30));
    if (local.getInt(0) != 0x04034b50) {
      throw wrong(source, "record " + record.name(), "has no local header where it should start");
    }
    long data =
        record.offset()
            + 30
            + Short.toUnsignedInt(local.getShort(26))
            + Short.toUnsignedInt(local.getShort(28));
    if (data > source.size() - record.storedBytes()) {
      throw wrong(
          source,
          "record " + record.name(),
          "needs bytes up to " + (data + record.storedBytes()) + ", the file has " + source.size());
    }
    return data;
  }

  /** The content of a record, inflated where it is deflated. */
  public InputStream stream(ZipRecord record) throws IOException {
    InputStream stored = source.stream(dataPosition(record), record.storedBytes());
    if (record.method() == 0) {
      return stored;
    }
    if (record.method() == 8) {
      return new Inflated(stored, (int) Math.min(1 << 16, 1 + record.storedBytes()));
    }
    stored.close();
    throw new MalformedFileException(
        source.path(),
        "record " + record.name(),
        "is compressed by method " + record.method() + "; read are 0 (stored) and 8 (deflate)",
        "save the file again without other compression");
  }

  /**
   * A record's whole content.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} when it is larger than {@code limit} bytes or
   * shorter than the directory claims.
   */
  public byte[] read(ZipRecord record, int limit) throws IOException {
    if (record.bytes() > limit) {
      throw new MalformedFileException(
          source.path(),
          "record " + record.name(),
          "has " + record.bytes() + " bytes, at most " + limit + " are read",
          "check that the file is what it claims to be");
    }
    try (InputStream in = stream(record)) {
      byte[] content = in.readNBytes((int) record.bytes()); // grows as bytes arrive
      if (content.length < record.bytes()) {
        throw wrong(source, "record " + record.name(), "ends early");
      }
      return content;
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      throw new MalformedFileException(
          source.path(), "record " + record.name(), "does not inflate", REMEDY, e);
    }
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static MalformedFileException wrong(SeekableBytes source, String field, String problem) {
    return new MalformedFileException(source.path(), field, problem, REMEDY);
  }

  /** Inflates raw deflate data and gives the inflater back when closed. */
  private static final class Inflated extends InflaterInputStream {
    Inflated(InputStream in, int buffer) {
      super(in, new Inflater(true), buffer);
    }

    @Override
    public void close() throws IOException {
      inf.end();
      super.close();
    }
  }
}
