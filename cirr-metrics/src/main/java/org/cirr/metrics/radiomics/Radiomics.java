package org.cirr.metrics.radiomics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.feature.CoOccurrence;
import org.cirr.metrics.radiomics.feature.FeatureDefinition.Status;
import org.cirr.metrics.radiomics.feature.FirstOrder;
import org.cirr.metrics.radiomics.feature.Glcm;
import org.cirr.metrics.radiomics.feature.Gldm;
import org.cirr.metrics.radiomics.feature.Glrlm;
import org.cirr.metrics.radiomics.feature.Glszm;
import org.cirr.metrics.radiomics.feature.Ngtdm;
import org.cirr.metrics.radiomics.feature.Shape2D;
import org.cirr.metrics.radiomics.feature.Shape3D;
import org.cirr.metrics.radiomics.feature.SizeMatrix;
import org.cirr.metrics.radiomics.feature.TextureSettings;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Roi;
import org.cirr.metrics.radiomics.image.Scene;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * Measures regions of interest as pyradiomics does.
 *
 * <pre>{@code
 * RadiomicsResult result = Radiomics.fromParameterFile(file).extract(volume, mask);
 * double idm = result.value("original_glcm_Idm");
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads; the result does not depend on the number of
 * workers.
 *
 * <p><b>Source</b>: pyradiomics 3.1 (van Griethuysen 2017); {@code docs/radiomics.md} lists what
 * differs.
 */
public final class Radiomics {
  private static final int MANY_LEVELS = 10_000;

  private final RadiomicsParameters parameters;
  private final Workers workers;

  private Radiomics(RadiomicsParameters parameters, Workers workers) {
    this.parameters = parameters;
    this.workers = workers;
  }

  /** Everything as pyradiomics does it without a parameter file, on the calling thread. */
  public static Radiomics withDefaults() {
    return of(RadiomicsParameters.defaults());
  }

  /** With the given parameters, on the calling thread. */
  public static Radiomics of(RadiomicsParameters parameters) {
    return new Radiomics(parameters, Workers.single());
  }

  /**
   * With the parameters of a YAML or JSON file, on the calling thread.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} naming file, key and value for parameters
   * that are not understood; {@link IOException} when the file cannot be read.
   */
  public static Radiomics fromParameterFile(Path file) throws IOException {
    return of(ParameterFile.read(file));
  }

  /** The same with other workers. */
  public Radiomics with(Workers other) {
    return new Radiomics(parameters, other);
  }

  /** The same with other parameters. */
  public Radiomics with(RadiomicsParameters other) {
    return new Radiomics(other, workers);
  }

  /** What is computed. */
  public RadiomicsParameters parameters() {
    return parameters;
  }

  /**
   * Measures one region; the image's voxel type is guessed from its values, see {@link
   * PixelType#guess}.
   */
  public RadiomicsResult extract(Volume image, LabelMap mask) {
    return extract(image, mask, PixelType.guess(image));
  }

  /**
   * Measures one region.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the region cannot be measured: the
   * label is not there, the grids differ, the region is too small, a voxel is not finite, ... The
   * message says what to do.
   *
   * @param type the type of the image's voxels in its file
   */
  public RadiomicsResult extract(Volume image, LabelMap mask, PixelType type) {
    RadiomicsSettings settings = parameters.settings();
    Diagnostics diagnostics = new Diagnostics(settings.is(Setting.ADDITIONAL_INFO));
    diagnostics.parameters(parameters);
    if (settings.ibsi()) {
      return IbsiExtraction.of(image, mask, type, parameters, diagnostics, workers);
    }
    Preparation prepared = Preparation.of(image, mask, type, settings, diagnostics);
    List<RadiomicsResult.Value> shapes = new ArrayList<>();
    List<String> shapeWarnings = new ArrayList<>();
    List<RadiomicsResult.Value> values = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    List<Runnable> sections =
        List.of(
            () -> addImages(prepared.scene(), values, warnings),
            () ->
                parameters
                    .shapeClasses()
                    .forEach(kind -> addShape(kind, prepared.shape(), shapes, shapeWarnings)),
            diagnostics::measureOriginal);
    workers.forEach(sections.size(), index -> sections.get(index).run());
    shapes.addAll(values);
    shapeWarnings.addAll(warnings);
    return new RadiomicsResult(diagnostics.entries(), shapes, shapeWarnings);
  }

  private void addImages(Scene scene, List<RadiomicsResult.Value> values, List<String> warnings) {
    for (ImageType imageType : parameters.imageTypes().keySet()) {
      RadiomicsSettings own = parameters.settings(imageType);
      DerivedImages.visit(
          imageType,
          scene,
          own,
          warnings,
          workers,
          (name, derived) -> addClasses(name, derived, scene, own, values, warnings));
    }
  }

  /**
   * Computes every feature but shape on the neighbourhood of every voxel of a region.
   *
   * <p><b>Errors</b>: as {@link #extract}.
   */
  public List<VoxelMap> maps(Volume image, LabelMap mask, PixelType type) {
    RadiomicsSettings settings = parameters.settings().with(Setting.ADDITIONAL_INFO, false);
    Preparation prepared =
        Preparation.of(image, mask, type, settings, new Diagnostics(/* on= */ false));
    List<VoxelMap> maps = new ArrayList<>();
    for (ImageType imageType : parameters.imageTypes().keySet()) {
      RadiomicsSettings own = parameters.settings(imageType);
      DerivedImages.visit(
          imageType,
          prepared.scene(),
          own,
          new ArrayList<>(),
          workers,
          (name, derived) ->
              maps.addAll(
                  VoxelMaps.of(
                      name, derived, prepared.scene(), own, parameters.featureClasses(), workers)));
    }
    return maps;
  }

  private void addShape(
      FeatureClass kind, Roi roi, List<RadiomicsResult.Value> values, List<String> warnings) {
    List<String> names = parameters.featureClasses().get(kind);
    RadiomicsSettings settings = parameters.settings();
    Map<String, Double> features = Map.of();
    if (kind == FeatureClass.SHAPE) {
      features = Shape3D.CATALOG.evaluate(List.of(Shape3D.of(roi)), names, Status.DEFAULT);
    } else if (!settings.is(Setting.FORCE_2D)) {
      warnings.add("shape2D is left out: it needs 'force2D' to be true");
    } else {
      int axis = settings.whole(Setting.FORCE_2D_DIMENSION);
      if (roi.shape()[axis] == 1) {
        features = Shape2D.CATALOG.evaluate(List.of(Shape2D.of(roi, axis)), names, Status.DEFAULT);
      } else {
        warnings.add(
            "shape2D is left out: the region has "
                + roi.shape()[axis]
                + " slices along 'force2Ddimension' "
                + axis
                + " and needs to have one");
      }
    }
    features.forEach(
        (name, value) -> values.add(new RadiomicsResult.Value("original", kind, name, value)));
  }

  /** All classes but shape on one image. */
  private void addClasses(
      String imageName,
      Raster image,
      Scene scene,
      RadiomicsSettings settings,
      List<RadiomicsResult.Value> values,
      List<String> warnings) {
    List<FeatureClass> classes =
        parameters.featureClasses().keySet().stream().filter(c -> !c.isShape()).toList();
    if (classes.isEmpty()) {
      return;
    }
    Roi roi = Roi.of(image, scene.inside(), scene.box());
    TextureSettings texture = settings.texture();
    Levels levels = Levels.of(roi, settings.binning(), texture.reach());
    if (levels.rows() > MANY_LEVELS) {
      warnings.add(
          imageName
              + " has "
              + levels.rows()
              + " grey levels, where texture says little; a larger 'binWidth' gives fewer");
    }
    double shift = settings.number(Setting.VOXEL_ARRAY_SHIFT);
    List<ClassRun> runs = new ArrayList<>();
    for (FeatureClass feature : classes) {
      List<String> names = parameters.featureClasses().get(feature);
      runs.add(
          switch (feature) {
            case GLCM -> ClassRun.glcm(levels, texture, names);
            case GLRLM -> ClassRun.glrlm(levels, texture, names);
            default ->
                ClassRun.whole(feature, () -> compute(feature, roi, levels, texture, shift, names));
          });
    }
    computeAll(runs);
    for (ClassRun run : runs) {
      FeatureClass feature = run.feature();
      run.refusal()
          .ifPresent(
              reason -> warnings.add(imageName + "_" + feature.key() + " is left out: " + reason));
      run.features()
          .forEach(
              (name, value) ->
                  values.add(new RadiomicsResult.Value(imageName, feature, name, value)));
    }
  }

  /** All parts of all classes side by side; those that cannot be divided begin first. */
  private void computeAll(List<ClassRun> runs) {
    List<Runnable> parts = new ArrayList<>();
    runs.stream()
        .sorted(Comparator.comparingInt(ClassRun::parts)) // stable
        .forEach(
            run -> {
              for (int part = 0; part < run.parts(); part++) {
                int own = part;
                parts.add(() -> run.compute(own));
              }
            });
    workers.forEach(parts.size(), index -> parts.get(index).run());
  }

  /** The features of one class on a region. */
  static Map<String, Double> compute(
      FeatureClass feature,
      Roi roi,
      Levels levels,
      TextureSettings texture,
      double shift,
      List<String> names) {
    Status more = Status.DEFAULT;
    return switch (feature) {
      case FIRSTORDER ->
          FirstOrder.CATALOG.evaluate(List.of(FirstOrder.of(roi, levels, shift)), names, more);
      case GLCM -> CoOccurrence.CATALOG.evaluate(Glcm.each(levels, texture), names, more);
      case GLRLM -> SizeMatrix.RUNS.evaluate(Glrlm.matrices(levels, texture), names, more);
      case GLSZM -> SizeMatrix.ZONES.evaluate(List.of(Glszm.matrix(levels, texture)), names, more);
      case GLDM ->
          SizeMatrix.DEPENDENCES.evaluate(List.of(Gldm.matrix(levels, texture)), names, more);
      case NGTDM ->
          Ngtdm.CATALOG.evaluate(List.of(Ngtdm.matrix(levels, texture, true)), names, more);
      case SHAPE, SHAPE2D, IBSI ->
          throw new IllegalStateException(feature + " is not computed on grey levels");
    };
  }
}
