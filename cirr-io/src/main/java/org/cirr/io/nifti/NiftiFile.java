package org.cirr.io.nifti;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.cirr.io.bytes.ByteInput;
import org.cirr.io.bytes.ByteSource;
import org.cirr.io.file.MalformedFileException;

/** An opened NIfTI file or pair: the header is read, the voxels are not yet. */
final class NiftiFile implements Closeable {
  private final ByteSource headerSource;
  private final ByteInput headerInput;
  private final byte[] headerBytes;
  private final NiftiHeader header;
  private ByteInput voxelInput;

  private NiftiFile(ByteSource source, ByteInput input) throws IOException {
    headerSource = source;
    headerInput = input;
    byte[] start = input.readUpTo(4);
    int length = Math.max(NiftiHeaderBytes.LENGTH_1, NiftiHeaderBytes.length(start));
    byte[] rest = input.readUpTo(length - 4);
    headerBytes = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, headerBytes, start.length, rest.length);
    header = NiftiHeaderBytes.parse(source.path(), headerBytes);
  }

  /** Opens the file; of a pair, either one may be named. */
  static NiftiFile open(ByteSource named) throws IOException {
    ByteSource source = headerOf(named);
    ByteInput input = ByteInput.open(source);
    try {
      return new NiftiFile(source, input);
    } catch (IOException | RuntimeException e) {
      input.close();
      throw e;
    }
  }

  NiftiHeader header() {
    return header;
  }

  byte[] headerBytes() {
    return headerBytes;
  }

  /** The header file that belongs to an {@code .img}; any other file itself. */
  private static ByteSource headerOf(ByteSource named) throws IOException {
    String name = String.valueOf(named.path().getFileName());
    String lower = name.toLowerCase(Locale.ROOT);
    if (!lower.endsWith(".img") && !lower.endsWith(".img.gz")) {
      return named;
    }
    named.length(); // a file that is not there is said to be missing, not its neighbour
    return partner(named, name, "hdr", "header");
  }

  private static ByteSource partner(ByteSource named, String name, String ending, String what)
      throws IOException {
    boolean packed = name.toLowerCase(Locale.ROOT).endsWith(".gz");
    String stem = packed ? name.substring(0, name.length() - 3) : name;
    boolean upper = stem.endsWith("HDR") || stem.endsWith("IMG");
    String plain =
        (stem.length() < 4 ? stem + "." : stem.substring(0, stem.length() - 3))
            + (upper ? ending.toUpperCase(Locale.ROOT) : ending);
    ByteSource like = named.sibling(packed ? plain + ".gz" : plain);
    ByteSource other = named.sibling(packed ? plain : plain + ".gz");
    if (like.exists() || other.exists()) {
      return like.exists() ? like : other;
    }
    throw new MalformedFileException(
        named.path(),
        "its " + what,
        "is missing: there is neither " + plain + " nor " + plain + ".gz beside it",
        "put both files of the pair into one folder");
  }

  /** The input that stands at the first voxel; called once. */
  ByteInput voxels() throws IOException {
    if (header.pair()) {
      String name = String.valueOf(headerSource.path().getFileName());
      ByteSource image = partner(headerSource, name, "img", "image");
      headerInput.close();
      voxelInput = ByteInput.open(image);
    } else {
      voxelInput = headerInput;
    }
    long gap = header.voxOffset() - voxelInput.position();
    if (voxelInput.skip(gap) < gap) {
      throw new MalformedFileException(
          voxelInput.path(),
          "vox_offset",
          "is "
              + header.voxOffset()
              + " but the file holds only "
              + voxelInput.position()
              + " bytes",
          "the file is truncated or its header wrong: copy or export it again");
    }
    return voxelInput;
  }

  /** The extensions; called before {@link #voxels()} or not at all. */
  List<NiftiExtension> extensions() throws IOException {
    List<NiftiExtension> extensions = new ArrayList<>();
    byte[] flag = headerInput.readUpTo(4);
    if (flag.length < 4 || flag[0] == 0) {
      return extensions;
    }
    long end = header.pair() ? Long.MAX_VALUE : header.voxOffset();
    while (end - headerInput.position() >= 16) {
      byte[] sizes = headerInput.readUpTo(8);
      if (sizes.length < 8) {
        if (header.pair()) {
          break; // the header file's end
        }
        throw lying(extensions.size(), "is cut off by the end of the file");
      }
      ByteBuffer buffer = ByteBuffer.wrap(sizes).order(header.order());
      int size = buffer.getInt(0);
      if (size == 0) {
        break; // padding up to the voxels
      }
      if (size < 16 || size % 16 != 0 || size - 8 > end - headerInput.position()) {
        throw lying(
            extensions.size(),
            "states a size of "
                + size
                + " bytes, which must be a multiple of 16 and end before"
                + " the voxels");
      }
      byte[] data = headerInput.readUpTo(size - 8);
      if (data.length < size - 8) {
        throw lying(
            extensions.size(),
            "states a size of " + size + " bytes, but only " + (data.length + 8) + " are there");
      }
      extensions.add(new NiftiExtension(buffer.getInt(4), data));
    }
    return extensions;
  }

  private MalformedFileException lying(int index, String problem) {
    return new MalformedFileException(
        headerSource.path(),
        "extension " + (index + 1),
        problem,
        "read the image without its extensions by NiftiVolume, or export it again");
  }

  @Override
  public void close() throws IOException {
    headerInput.close();
    if (voxelInput != null) {
      voxelInput.close();
    }
  }
}
