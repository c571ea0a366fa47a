package org.cirr.cuda;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Whether a file is a whole shared library for x86-64. The system loader maps a truncated one
 * without complaint, and the process dies when it touches what is missing.
 *
 * <p><b>Source</b>: System V ABI, chapter 4 (ELF header) and 5 (program header).
 */
final class ElfFile {
  private static final int HEADER = 64;
  private static final int SHARED = 3; // e_type ET_DYN
  private static final int X86_64 = 62; // e_machine EM_X86_64
  private static final int SEGMENT = 56; // bytes of a program header

  private ElfFile() {}

  /** What is wrong with the file, or null. */
  static String fault(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer header = read(channel, 0, HEADER);
      boolean library =
          header != null
              && header.getInt(0) == 0x464c457f // 0x7f E L F
              && header.get(4) == 2 // 64 bits
              && header.get(5) == 1 // little endian
              && header.getShort(16) == SHARED
              && header.getShort(18) == X86_64
              && header.getShort(54) == SEGMENT;
      if (!library) {
        return "is no shared library for x86-64";
      }
      int segments = Short.toUnsignedInt(header.getShort(56));
      ByteBuffer table = read(channel, header.getLong(32), segments * SEGMENT);
      boolean whole = table != null;
      for (int i = 0; whole && i < segments; i++) {
        long offset = table.getLong(i * SEGMENT + 8);
        long bytes = table.getLong(i * SEGMENT + 32);
        whole = offset >= 0 && bytes >= 0 && offset <= channel.size() - bytes;
      }
      return whole ? null : "is cut off after " + channel.size() + " bytes";
    }
  }

  /** Bytes of the file, or null when it ends before. */
  private static ByteBuffer read(FileChannel channel, long offset, int bytes) throws IOException {
    if (offset < 0 || offset > channel.size() - bytes) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
      // until all are there
    }
    return buffer.hasRemaining() ? null : buffer;
  }
}
