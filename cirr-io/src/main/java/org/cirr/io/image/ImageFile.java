package org.cirr.io.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.cirr.io.bytes.ByteInput;
import org.cirr.io.bytes.ByteSource;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.nifti.NiftiHeader;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.io.nrrd.NrrdHeader;
import org.cirr.io.nrrd.NrrdVolume;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Volume;

/**
 * Reads an image of any format that cirr knows (NIfTI, NRRD), recognised by its content.
 *
 * <p><b>Errors</b>: {@link MalformedFileException} that names the format found (DICOM, MGH, MINC,
 * MetaImage, Analyze, ...) and what to do, and all that the formats' own readers refuse.
 */
public final class ImageFile {
  private ImageFile() {}

  /** Reads a 3D image. */
  public static Volume read(Path path) throws IOException {
    return isNrrd(path) ? NrrdVolume.read(path) : NiftiVolume.read(path);
  }

  /** Reads all frames of an image. */
  public static List<Volume> readFrames(Path path) throws IOException {
    return isNrrd(path) ? NrrdVolume.readFrames(path) : NiftiVolume.readFrames(path);
  }

  /** Reads a segmentation. */
  public static LabelMap readLabels(Path path) throws IOException {
    return isNrrd(path) ? NrrdVolume.readLabels(path) : NiftiVolume.readLabels(path);
  }

  /**
   * What the header says; the voxels are not read.
   *
   * <p><b>Errors</b>: also when the header's geometry cannot be used.
   */
  public static ImageDescription describe(Path path) throws IOException {
    try {
      return isNrrd(path)
          ? describe(NrrdVolume.readHeader(path))
          : describe(NiftiVolume.readHeader(path));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          path, "the geometry", "cannot be used: " + e.getMessage(), "mend the header", e);
    }
  }

  private static ImageDescription describe(NiftiHeader header) {
    Affine affine = header.affine();
    return new ImageDescription(
        "NIfTI-" + header.version() + (header.pair() ? " pair" : ""),
        header.dims(),
        header.datatype().toString(),
        header.frames(),
        header.spacing(),
        Orientation.of(affine),
        affine.isOrthogonal(),
        header.affineSource().name().toLowerCase(Locale.ROOT),
        header.description());
  }

  private static ImageDescription describe(NrrdHeader header) {
    Affine affine = header.affine();
    return new ImageDescription(
        "NRRD" + (header.dataFile().isEmpty() ? "" : ", detached"),
        header.sizes(),
        header.type().toString(),
        header.frames(),
        header.spacing(),
        Orientation.of(affine),
        affine.isOrthogonal(),
        header.spaceDirections().isEmpty() ? "spacings" : "space directions",
        header.fields().getOrDefault("content", ""));
  }

  /** Writes a volume as NIfTI or, when the name ends in {@code .nrrd} or {@code .nhdr}, as NRRD. */
  public static void write(Volume volume, Path path) throws IOException {
    if (isNrrdName(path)) {
      NrrdVolume.write(volume, path);
    } else {
      NiftiVolume.write(volume, path);
    }
  }

  /**
   * Writes a label map as NIfTI or, when the name ends in {@code .nrrd} or {@code .nhdr}, as NRRD.
   */
  public static void write(LabelMap labels, Path path) throws IOException {
    if (isNrrdName(path)) {
      NrrdVolume.write(labels, path);
    } else {
      NiftiVolume.write(labels, path);
    }
  }

  private static boolean isNrrdName(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).matches("(?s).*\\.(nrrd|nhdr)");
  }

  /** Whether the file is NRRD rather than NIfTI; refuses every other format. */
  private static boolean isNrrd(Path path) throws IOException {
    byte[] start;
    try (ByteInput in = ByteInput.open(ByteSource.of(path))) {
      start = in.readUpTo(ImageFormat.LOOK);
    }
    ImageFormat format = ImageFormat.of(path, start);
    if (format.remedy() != null) {
      throw new MalformedFileException(
          path, "the file", "is " + format.title() + ", not NIfTI or NRRD", format.remedy());
    }
    return format == ImageFormat.NRRD;
  }
}
