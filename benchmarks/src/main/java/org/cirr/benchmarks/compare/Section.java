package org.cirr.benchmarks.compare;

import java.util.List;
import java.util.stream.Stream;
import org.cirr.benchmarks.workload.Kernels;
import org.cirr.benchmarks.workload.Networks;
import org.cirr.benchmarks.workload.Workload;

/** A part of the comparison, chosen by its name in lower case. */
enum Section {
  /** The reference net. */
  NET("whole reference net"),
  /** The same with a residual encoder. */
  RESIDUAL("residual encoder"),
  /** The same with 41 classes. */
  HEAD41("41 classes"),
  /** Single convolutions and what surrounds them. */
  KERNELS("single layers"),
  /** Other ops. */
  OPS("other ops");

  private final String title;

  Section(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  boolean wholeNetwork() {
    return this == NET || this == RESIDUAL || this == HEAD41;
  }

  /** Made one by one: a network's inputs and weights need not be held all the time. */
  Stream<Workload> workloads() {
    return switch (this) {
      case NET -> Stream.of(Networks.PATCH).map(Networks::reference);
      case RESIDUAL -> Stream.of(Networks.PATCH).map(Networks::residual);
      case HEAD41 -> Stream.of(Networks.PATCH).map(Networks::head41);
      case KERNELS -> stream(Kernels.layers());
      case OPS -> stream(Kernels.others());
    };
  }

  private static Stream<Workload> stream(List<Kernels.Kernel> kernels) {
    return kernels.stream().map(Kernels.Kernel::workload);
  }
}
