package org.cirr.cuda;

import org.cirr.backend.TileWork;

/** Launches of {@code tiles.cu} over a piece of memory. */
final class TileKernels {
  static final String FILE = "tiles";

  private static final int[] UNMIRRORED = {0, 0, 0};

  private final TilePlan plan;
  private final TileWork work;
  private final long address;

  TileKernels(TilePlan plan, long address) {
    this.plan = plan;
    this.work = plan.work();
    this.address = address;
  }

  /** Cuts the tile of a pass out of the image. */
  Launch cut(long tile, int[] start, int pass) {
    long values = work.tileVoxels() * work.channels();
    return Launch.of(FILE, "tile_cut")
        .each(values)
        .number(tile)
        .number(address + plan.image())
        .number(values)
        .integer(work.channels())
        .struct(tile(start, mirrored(pass)));
  }

  /** Adds the logits of a pass to those of the passes before. */
  Launch join(long logits, int[] start, int pass) {
    long values = work.tileVoxels() * work.classes();
    return Launch.of(FILE, "tile_join")
        .each(values)
        .number(address + plan.mean())
        .number(logits)
        .number(values)
        .integer(work.classes())
        .integer(pass == 0 ? 1 : 0)
        .struct(tile(start, mirrored(pass)));
  }

  /** Adds the logits of a program's only pass, or of all its passes, to the ring. */
  Launch add(long logits, int[] start, int program) {
    int passes = work.flips().size();
    return Launch.of(FILE, "tile_add")
        .each(work.tileVoxels())
        .number(address + plan.sums())
        .number(program == 0 ? address + plan.weights() : 0)
        .number(passes > 1 ? address + plan.mean() : logits)
        .number(work.weighted() ? address + plan.gaussian() : 0)
        .number(work.tileVoxels())
        .integer(program)
        .real(passes)
        .struct(ring())
        .struct(tile(start, UNMIRRORED));
  }

  /** Divides the slices from {@code first} to before {@code end} by their weights. */
  Launch divide(int first, int end) {
    return slices("tile_divide", first, end);
  }

  /** Makes room in the slots of slices. */
  Launch clear(int first, int end) {
    return slices("tile_clear", first, end);
  }

  private Launch slices(String kernel, int first, int end) {
    long voxels = (end - first) * work.plane();
    return Launch.of(FILE, kernel)
        .each(voxels)
        .number(address + plan.sums())
        .number(address + plan.weights())
        .number(voxels)
        .number(work.plane())
        .integer(first)
        .struct(ring());
  }

  /** {@code Ring} in tiles.cu. */
  private int[] ring() {
    return new int[] {work.slots(), work.programs(), work.classes(), work.half() ? 1 : 0};
  }

  /** {@code Tile} in tiles.cu. */
  private int[] tile(int[] start, int[] flip) {
    return CudaKernels.joined(work.image(), work.patch(), start, flip);
  }

  private int[] mirrored(int pass) {
    int[] flip = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      flip[axis] = work.flips().get(pass)[axis] ? 1 : 0;
    }
    return flip;
  }
}
