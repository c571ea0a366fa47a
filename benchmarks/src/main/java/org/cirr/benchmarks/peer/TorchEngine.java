package org.cirr.benchmarks.peer;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cirr.benchmarks.export.ChannelsFirst;
import org.cirr.benchmarks.export.TorchScriptFile;
import org.cirr.benchmarks.workload.Workload;
import org.cirr.graph.Graph;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * PyTorch through DJL: a TorchScript module without gradients, run by the graph executor with its
 * optimisations.
 *
 * <p>The number of threads is PyTorch's and set once per process, by the first load.
 */
final class TorchEngine implements Engine {
  private static final String ENGINE = "PyTorch";

  /** Read by DJL when it starts. Nothing may be fetched, and nothing is reported to anyone. */
  private static void settings() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    System.setProperty("slf4j.internal.verbosity", "ERROR");
  }

  @Override
  public String name() {
    return "torch";
  }

  @Override
  public String description() {
    return "PyTorch "
        + ai.djl.engine.Engine.getEngine(ENGINE).getVersion()
        + " through DJL "
        + ai.djl.engine.Engine.getDjlVersion();
  }

  @Override
  public Optional<String> unavailable() {
    return Unavailable.reason(
        () -> {
          settings();
          ai.djl.engine.Engine.getEngine(ENGINE);
        });
  }

  @Override
  public int warmUpRuns() {
    return 2; // the graph executor observes one run and then optimises
  }

  @Override
  public Path export(Workload workload, Path folder) throws IOException {
    Path file = folder.resolve("net.pt");
    TorchScriptFile.write(file, workload.graph(), workload.weights());
    return file;
  }

  @Override
  public Contestant load(Path file, Graph graph, List<Tensor> inputs, int threads)
      throws IOException {
    settings();
    ai.djl.pytorch.jni.JniUtils.setNumThreads(threads);
    Model model = Model.newInstance("net", Device.cpu(), ENGINE);
    try {
      model.load(file.getParent(), file.getFileName().toString());
      return new Module(model, inputs, graph.outputs().get(0).shape());
    } catch (MalformedModelException e) {
      model.close();
      throw new IOException("PyTorch cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static final class Module implements Contestant {
    private final Model model;
    private final Predictor<NDList, NDList> predictor;
    private final NDManager manager;
    private final NDList inputs = new NDList();
    private final Shape shape;
    private NDList outputs = new NDList();

    Module(Model model, List<Tensor> tensors, Shape shape) {
      this.model = model;
      this.shape = shape;
      predictor = model.newPredictor(new NoopTranslator());
      manager = model.getNDManager().newSubManager();
      for (Tensor tensor : tensors) {
        float[] values = ChannelsFirst.from(tensor.array(), tensor.shape());
        long[] extents = ChannelsFirst.extents(tensor.shape());
        NDArray array = manager.create(values, new ai.djl.ndarray.types.Shape(extents));
        inputs.add(array);
      }
    }

    @Override
    public void run() {
      outputs.close();
      try {
        outputs = predictor.predict(inputs);
      } catch (TranslateException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public float[] output() {
      return ChannelsFirst.to(outputs.get(0).toFloatArray(), shape);
    }

    @Override
    public void close() {
      outputs.close();
      manager.close();
      predictor.close();
      model.close();
    }
  }
}
