/** What is measured: networks and single kernels with their weights and inputs. */
package org.cirr.benchmarks.workload;
