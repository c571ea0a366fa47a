package org.cirr.benchmarks.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cirr.benchmarks.export.ChannelsFirst;
import org.cirr.benchmarks.export.OnnxFile;
import org.cirr.benchmarks.workload.Workload;
import org.cirr.graph.Graph;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * ONNX Runtime with all optimisations of its CPU provider.
 *
 * <p>Inputs and outputs are direct buffers that it reads and writes in place.
 */
final class OnnxRuntimeEngine implements Engine {
  @Override
  public String name() {
    return "ort";
  }

  @Override
  public String description() {
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion();
  }

  @Override
  public Optional<String> unavailable() {
    return Unavailable.reason(OrtEnvironment::getEnvironment);
  }

  @Override
  public int warmUpRuns() {
    return 1; // allocates
  }

  @Override
  public Path export(Workload workload, Path folder) throws IOException {
    Path file = folder.resolve("net.onnx");
    OnnxFile.write(file, workload.graph(), workload.weights());
    return file;
  }

  @Override
  public Contestant load(Path file, Graph graph, List<Tensor> inputs, int threads)
      throws IOException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      // Its threads spin for work while it runs, and not into the next contestant's run.
      options.addConfigEntry("session.force_spinning_stop", "1");
      return new Session(environment, environment.createSession(file.toString(), options))
          .bind(graph, inputs);
    } catch (OrtException e) {
      throw new IOException("ONNX Runtime: " + e.getMessage(), e);
    }
  }

  private static final class Session implements Contestant {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private Shape shape;
    private FloatBuffer values;
    private Map<String, OnnxTensor> outputs;

    Session(OrtEnvironment environment, OrtSession session) {
      this.environment = environment;
      this.session = session;
    }

    Session bind(Graph graph, List<Tensor> tensors) throws OrtException {
      for (int i = 0; i < tensors.size(); i++) {
        Tensor tensor = tensors.get(i);
        FloatBuffer buffer = buffer(tensor.array().length);
        buffer.put(0, ChannelsFirst.from(tensor.array(), tensor.shape()));
        inputs.put("x" + i, onnx(buffer, tensor.shape()));
      }
      shape = graph.outputs().get(0).shape();
      values = buffer(shape.arrayLength());
      outputs = Map.of("y0", onnx(values, shape));
      return this;
    }

    private static FloatBuffer buffer(int length) {
      return ByteBuffer.allocateDirect(4 * length).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    private OnnxTensor onnx(FloatBuffer buffer, Shape shape) throws OrtException {
      return OnnxTensor.createTensor(environment, buffer, ChannelsFirst.extents(shape));
    }

    @Override
    public void run() {
      try {
        session.run(inputs, outputs).close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public float[] output() {
      float[] array = new float[shape.arrayLength()];
      values.get(0, array);
      return ChannelsFirst.to(array, shape);
    }

    @Override
    public void close() {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
      try {
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
