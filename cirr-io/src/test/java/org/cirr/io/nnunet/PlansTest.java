package org.cirr.io.nnunet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cirr.io.file.MalformedFileException;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;

class PlansTest {
  /** A new-style plan with one 2D and one 3D configuration, written with single quotes. */
  static final String PLANS =
      "{'image_reader_writer':'NibabelIO','transpose_forward':[2,0,1],'transpose_backward':[1,2,0],"
          + "'configurations':{'3d':{'patch_size':[8,16,16],'spacing':[3,1.5,1.5],"
          + "'normalization_schemes':['ZScoreNormalization'],'use_mask_for_norm':[true],"
          + "'architecture':{'network_class_name':'a.b.PlainConvUNet','arch_kwargs':{"
          + "'n_stages':3,'features_per_stage':[4,8,16],'conv_op':'torch.nn.modules.conv.Conv3d',"
          + "'kernel_sizes':3,'strides':[1,[1,2,2],2],'n_conv_per_stage':2,"
          + "'n_conv_per_stage_decoder':[1,2],'conv_bias':true,"
          + "'norm_op':'torch.nn.modules.instancenorm.InstanceNorm3d',"
          + "'norm_op_kwargs':{'eps':1e-05,'affine':true},'dropout_op':null,"
          + "'nonlin':'torch.nn.LeakyReLU','nonlin_kwargs':{'inplace':true}}}},"
          + "'child':{'inherits_from':'3d','batch_size':8,'previous_stage':'3d'}}}";

  private static Plans plans(String text) throws IOException {
    return Plans.read(DatasetJsonTest.json(text));
  }

  /** Replaces a part of the plan, which must be there, and resolves a configuration. */
  private static void assertRefused(String expected, String part, String replacement) {
    assertEquals(PLANS.indexOf(part), PLANS.lastIndexOf(part), part + " is not there just once");
    String text = PLANS.replace(part, replacement);
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> plans(text).configuration("child"));
    assertEquals("x.json: " + expected, refusal.getMessage());
  }

  @Test
  void whatTrainingTakesIsResolvedToo() throws IOException {
    assertEquals(new TrainingPlan(8, false), plans(PLANS).training("child"));
    String dice = PLANS.replace("'batch_size':8", "'batch_size':2,'batch_dice':true");
    assertEquals(new TrainingPlan(2, true), plans(dice).training("child"));
    String none = PLANS.replace("'batch_size':8", "'batch_size':0");
    assertThrows(MalformedFileException.class, () -> plans(none).training("child"));
    assertThrows(MalformedFileException.class, () -> plans(PLANS).training("3d"));
  }

  @Test
  void newStylePlansAreResolved() throws IOException {
    Path models = Shared.require("goldens/nnunet/models");
    Plans plans = Plans.read(models.resolve("plain_chaos/plans.json"));
    assertEquals("Dataset701_ChaosT2", plans.datasetName());
    assertEquals("nnUNetPlans", plans.plansName());
    assertEquals("NibabelIO", plans.readerWriter());
    assertEquals(List.of("3d_fullres"), plans.configurationNames());
    Configuration configuration = plans.configuration("3d_fullres");
    assertEquals(List.of(24, 144, 144), configuration.patchSize());
    assertEquals(List.of(7.7, 1.5, 1.5), configuration.spacingMm());
    assertEquals(
        List.of(new Normalization(Normalization.Scheme.ZSCORE, false)),
        configuration.normalizations());
    assertEquals(
        new Resampling(Resampling.Function.DEFAULT, false, 3, 0, null, "linear", "nearest-exact"),
        configuration.resamplingData());
    assertEquals(1, configuration.resamplingProbabilities().order());
    Architecture net = configuration.architecture();
    assertEquals(Architecture.Kind.PLAIN, net.kind());
    assertEquals(3, net.dimension());
    assertEquals(5, net.stages());
    assertEquals(List.of(16, 32, 64, 128, 160), net.featuresPerStage());
    assertEquals(List.of(1, 3, 3), net.kernelSizes().get(0));
    assertEquals(List.of(1, 2, 2), net.strides().get(4));
    assertEquals(List.of(2, 2, 2, 2, 2), net.blocksPerStage());
    assertEquals(List.of(2, 2, 2, 2), net.decoderConvolutions());
    assertEquals(0.01, net.leakySlope());
    assertEquals(1e-5, net.normEps());
    assertEquals(40, plans.intensities(0).percentile005());
    assertNull(configuration.previousStage());
  }

  @Test
  void oldStylePlansAreResolvedToTheSame() throws IOException {
    Path models = Shared.require("goldens/nnunet/models");
    Plans plans = Plans.read(models.resolve("resenc_iso/plans.json"));
    assertEquals(List.of(2, 0, 1), plans.transposeForward());
    assertEquals(List.of(1, 2, 0), plans.transposeBackward());
    assertEquals(120, plans.intensities(0).std());
    Configuration configuration = plans.configuration("3d_fullres_bs8");
    assertEquals("3d_fullres_bs8", configuration.name());
    assertEquals(List.of(80, 64, 80), configuration.patchSize());
    assertEquals(
        List.of(new Normalization(Normalization.Scheme.ZSCORE, true)),
        configuration.normalizations());
    Architecture net = configuration.architecture();
    assertEquals(Architecture.Kind.RESIDUAL_ENCODER, net.kind());
    assertEquals(List.of(8, 16, 32, 48), net.featuresPerStage());
    assertEquals(List.of(1, 2, 3, 2), net.blocksPerStage());
    assertEquals(List.of(1, 1, 1), net.decoderConvolutions());
    assertEquals(8, net.stemChannels());
    assertEquals(true, net.convolutionBias() && net.normAffine());
  }

  @Test
  void everyConfigurationOfTheOtherPlansIsResolved() throws IOException {
    Path models = Shared.require("goldens/nnunet/models");
    Configuration flat = Plans.read(models.resolve("plain_2d/plans.json")).configuration("2d");
    assertEquals(2, flat.dimension());
    assertEquals(2, flat.architecture().dimension());
    Configuration two =
        Plans.read(models.resolve("random_2ch/plans.json")).configuration("3d_fullres");
    assertEquals(Normalization.Scheme.CT, two.normalizations().get(0).scheme());
    assertEquals(1, two.resamplingData().orderZ());
    assertEquals(List.of(1, 2, 1), two.architecture().decoderConvolutions());
    Plans lung = Plans.read(Shared.require("data/nnunet-plans/msd-lung/nnUNetPlans.json"));
    for (String name : lung.configurationNames()) {
      assertEquals(name, lung.configuration(name).name());
    }
    assertEquals(8, lung.configuration("2d").architecture().stages());
    assertEquals("3d_lowres", lung.configuration("3d_cascade_fullres").previousStage());
  }

  @Test
  void scalarsStandForAllStagesAndAxes() throws IOException {
    Configuration configuration = plans(PLANS).configuration("child");
    assertEquals("3d", configuration.previousStage());
    Architecture net = configuration.architecture();
    assertEquals(List.of(3, 3, 3), net.kernelSizes().get(2));
    assertEquals(List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 2, 2)), net.strides());
    assertEquals(List.of(2, 2, 2), net.blocksPerStage());
  }

  @Test
  void theKeysOfTheDevelopmentVersionsAreKnown() throws IOException {
    String text =
        PLANS
            .replace("'architecture':{'network_class_name'", "'network_arch_class_name'")
            .replace("'arch_kwargs'", "'network_arch_init_kwargs'")
            .replace("'inplace':true}}}}", "'inplace':true}}}");
    assertEquals(3, plans(text).configuration("3d").architecture().stages());
  }

  @Test
  void absentResamplersHaveTheirDefaults() throws IOException {
    Configuration configuration = plans(PLANS).configuration("3d");
    assertEquals(3, configuration.resamplingData().order());
    assertEquals(true, configuration.resamplingSegmentation().isSegmentation());
    assertEquals(1, configuration.resamplingProbabilities().order());
    String torch =
        PLANS.replace(
            "'patch_size'",
            "'resampling_fn_data':'resample_torch_fornnunet','resampling_fn_data_kwargs':"
                + "{'is_seg':false,'force_separate_z':false,'mode':'linear'},'patch_size'");
    Resampling resampling = plans(torch).configuration("3d").resamplingData();
    assertEquals(Resampling.Function.TORCH, resampling.function());
    assertEquals(false, resampling.forceSeparateZ());
    assertEquals("nearest-exact", resampling.anisotropicMode());
  }

  @Test
  void configurationsThatAreNotThereOrGoInCirclesAreRefused() throws IOException {
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> plans(PLANS).configuration("2d"));
    assertEquals(
        "x.json: configurations has no 2d; there are [3d, child]; name one of these"
            + " configurations",
        refusal.getMessage());
    assertRefused(
        "configurations inherit in a circle: child from 3d from child; correct inherits_from",
        "'3d':{",
        "'3d':{'inherits_from':'child',");
  }

  @Test
  void networksThatAreNotSupportedAreNamed() {
    String remedy =
        "; use a plan with PlainConvUNet or ResidualEncoderUNet (BasicBlockD, instance norm, leaky"
            + " ReLU)";
    String place = "configurations.child.architecture.";
    assertRefused(
        place + "network_class_name is \"a.b.Primus\", a network that is not known" + remedy,
        "a.b.PlainConvUNet",
        "a.b.Primus");
    assertRefused(
        place
            + "arch_kwargs.norm_op is \"torch.nn.BatchNorm3d\", supported is InstanceNorm3d"
            + remedy,
        "torch.nn.modules.instancenorm.InstanceNorm3d",
        "torch.nn.BatchNorm3d");
    assertRefused(
        place + "arch_kwargs.conv_op is \"torch.nn.Conv2d\", supported is Conv3d" + remedy,
        "torch.nn.modules.conv.Conv3d",
        "torch.nn.Conv2d");
    assertRefused(
        place + "arch_kwargs.nonlin is \"torch.nn.GELU\", supported is LeakyReLU" + remedy,
        "torch.nn.LeakyReLU",
        "torch.nn.GELU");
    assertRefused(
        place + "arch_kwargs has no nonlin" + remedy,
        "'nonlin':'torch.nn.LeakyReLU'",
        "'nonlin':null");
    assertRefused(
        place + "arch_kwargs.squeeze_excitation is true, which is not supported" + remedy,
        "'n_stages'",
        "'squeeze_excitation':true,'n_stages'");
    assertRefused(
        place + "arch_kwargs.block is \"x.BottleneckD\", supported is BasicBlockD" + remedy,
        "'n_stages'",
        "'block':'x.BottleneckD','n_stages'");
    assertRefused(
        place + "arch_kwargs.bottleneck_channels is 8, which is not supported" + remedy,
        "'n_stages'",
        "'bottleneck_channels':8,'n_stages'");
    assertRefused(
        place + "arch_kwargs.pool is \"max\", supported is \"conv\"" + remedy,
        "'n_stages'",
        "'pool':'max','n_stages'");
  }

  @Test
  void sizesThatDoNotFitAreRefusedByPlace() {
    String remedy = "; check how the file was made";
    String kwargs = "configurations.child.architecture.arch_kwargs.";
    assertRefused(
        kwargs + "features_per_stage has 2 entries, a network of 3 stages needs 3" + remedy,
        "[4,8,16]",
        "[4,8]");
    assertRefused(
        kwargs + "n_conv_per_stage_decoder has 3 entries, a network of 3 stages needs 2" + remedy,
        "'n_conv_per_stage_decoder':[1,2]",
        "'n_conv_per_stage_decoder':[1,2,1]");
    assertRefused(
        kwargs + "kernel_sizes is 2, expected an odd kernel size" + remedy,
        "'kernel_sizes':3",
        "'kernel_sizes':2");
    assertRefused(
        kwargs + "strides[1] has 2 axes, the patch has 3" + remedy, "[1,[1,2,2],2]", "[1,[2,2],2]");
    assertRefused(
        kwargs + "norm_op_kwargs.eps is -1, expected a number that is not negative" + remedy,
        "1e-05",
        "-1");
    assertRefused(
        kwargs + "n_stages is 99, expected a whole number from 2 to 16" + remedy,
        "'n_stages':3",
        "'n_stages':99");
    assertRefused(
        "configurations.child.patch_size is [8], expected two or three extents" + remedy,
        "[8,16,16]",
        "[8]");
    assertRefused(
        "configurations.child.spacing has 2 axes, the patch has 3" + remedy,
        "[3,1.5,1.5]",
        "[3,1.5]");
    assertRefused(
        "configurations.child.spacing[1] is NaN, expected a spacing above 0 mm"
                .replace("NaN", "\"NaN\"")
            + remedy,
        "[3,1.5,1.5]",
        "[3,NaN,1.5]");
    assertRefused(
        "configurations.child.use_mask_for_norm has 2 entries, normalization_schemes has 1"
            + remedy,
        "[true]",
        "[true,false]");
    assertRefused(
        "configurations.child.normalization_schemes[0] is \"Mine\", expected one of"
            + " [ZScoreNormalization, CTNormalization, NoNormalization, RescaleTo01Normalization,"
            + " RGBTo01Normalization]"
            + remedy,
        "'ZScoreNormalization'",
        "'Mine'");
    assertRefused(
        "configurations.child.preprocessor_name is \"Mine\", expected \"DefaultPreprocessor\", the"
            + " only one supported"
            + remedy,
        "'patch_size'",
        "'preprocessor_name':'Mine','patch_size'");
    assertRefused(
        "configurations.child.resampling_fn_data is \"mine\", expected one of"
            + " [resample_data_or_seg_to_shape, resample_torch_fornnunet,"
            + " no_resampling_data_or_seg_to_shape]"
            + remedy,
        "'patch_size'",
        "'resampling_fn_data':'mine','patch_size'");
    assertRefused(
        "configurations.child.resampling_fn_data_kwargs.order is 2, expected the spline order 0, 1"
            + " or 3"
            + remedy,
        "'patch_size'",
        "'resampling_fn_data_kwargs':{'order':2},'patch_size'");
  }

  @Test
  void theTopLevelIsChecked() throws IOException {
    String remedy = "; check how the file was made";
    assertRefused("image_reader_writer is 5, expected a text" + remedy, "'NibabelIO'", "5");
    assertRefused(
        "transpose_forward is [0,0,1], expected the axes 0, 1, 2 in some order" + remedy,
        "[2,0,1]",
        "[0,0,1]");
    assertRefused(
        "transpose_backward is [2,0,1], expected the inverse of transpose_forward, [1, 2, 0]"
            + remedy,
        "[1,2,0]",
        "[2,0,1]");
    assertRefused(
        "label_manager is \"Mine\", expected \"LabelManager\", the only one supported" + remedy,
        "'transpose_forward'",
        "'label_manager':'Mine','transpose_forward'");
    Plans plans = plans(PLANS);
    MalformedFileException refusal =
        assertThrows(MalformedFileException.class, () -> plans.intensities(0));
    assertEquals(
        "x.json: JSON has no foreground_intensity_properties_per_channel for channel 0; CT"
            + " normalisation needs mean, std, percentile_00_5 and percentile_99_5",
        refusal.getMessage());
    Plans wrong =
        plans(
            PLANS.replace(
                "'transpose_forward'",
                "'foreground_intensity_properties_per_channel':{'0':{'mean':1,'std':NaN,"
                    + "'percentile_00_5':0,'percentile_99_5':2},'1':{'mean':1,'std':1,"
                    + "'percentile_00_5':3,'percentile_99_5':2}},'transpose_forward'"));
    for (int channel = 0; channel < 2; channel++) {
      int which = channel;
      String message =
          assertThrows(MalformedFileException.class, () -> wrong.intensities(which)).getMessage();
      assertTrue(
          message.startsWith("x.json: JSON has IntensityProperties[mean=1.0, std=")
              && message.contains(" for channel " + channel + ", expected finite numbers and"),
          message);
    }
  }
}
