package org.cirr.io.nnunet;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.cirr.fuzz.FuzzRun;
import org.cirr.io.file.SeekableBytes;
import org.junit.jupiter.api.Test;

class JsonFuzzTest {
  private static final Path NAME = Path.of("fuzz");

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void mutatedPlansEndInDocumentedExceptions() {
    String old =
        "{'image_reader_writer':'NibabelIO','configurations':{'3d':{'patch_size':[8,8,8],"
            + "'spacing':[1,1,1],'normalization_schemes':['CTNormalization'],"
            + "'UNet_class_name':'ResidualEncoderUNet','UNet_base_num_features':8,"
            + "'unet_max_num_features':16,'n_conv_per_stage_encoder':[1,1],"
            + "'n_conv_per_stage_decoder':[1],'pool_op_kernel_sizes':[[1,1,1],[2,2,2]],"
            + "'conv_kernel_sizes':[[3,3,3],[3,3,3]]},'child':{'inherits_from':'3d'}},"
            + "'foreground_intensity_properties_by_modality':{'0':{'mean':NaN,'std':1,"
            + "'percentile_00_5':0,'percentile_99_5':9}}}";
    FuzzRun.of(
            "plans",
            List.of(json(PlansTest.PLANS), json(old)),
            file -> {
              Plans plans = Plans.read(SeekableBytes.of(NAME, file));
              for (String name : plans.configurationNames()) {
                plans.configuration(name);
              }
            })
        .run();
  }

  @Test
  void mutatedDataSetsEndInDocumentedExceptions() {
    String plain =
        "{'channel_names':{'0':'MR','1':'CT'},'labels':{'background':0,'liver':1,'ignore':2},"
            + "'file_ending':'.nii.gz'}";
    String regions =
        "{'modality':{'0':'MR'},'labels':{'background':0,'all':[1,2],'liver':1},"
            + "'regions_class_order':[2,1],'numTraining':8}";
    FuzzRun.of(
            "dataset",
            List.of(json(plain), json(regions)),
            file -> DatasetJson.read(SeekableBytes.of(NAME, file)).labels().namesByValue())
        .run();
  }

  @Test
  void mutatedPostprocessingEndsInDocumentedExceptions() throws Exception {
    String text =
        "{'postprocessing_fns':['remove_all_but_largest_component_from_segmentation'],"
            + "'postprocessing_kwargs':[{'labels_or_regions':[1,[2,3]]}]}";
    FuzzRun.of(
            "postprocessing",
            List.of(json(text), PostprocessingTest.pickle()),
            file -> Postprocessing.read(SeekableBytes.of(NAME, file)))
        .run();
  }
}
