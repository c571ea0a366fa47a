package org.cirr.cuda;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A driver whose calls are counted, can be made to fail, and can be answered by the test. */
class WatchedDriver {
  /** Which calls make something, and which one ends it. */
  private static final Map<String, String> ENDS =
      Map.of(
          "allocate", "free",
          "allocatePinned", "freePinned",
          "createEvent", "destroyEvent",
          "createStream", "destroyStream",
          "endCapture", "destroyGraph");

  private final Driver real;
  private final Map<String, Object> answers = new HashMap<>();
  private final Map<String, AtomicInteger> alive = new HashMap<>();
  private String failing; // the call, or null
  private int after; // so many of them
  private int code;
  private boolean failed;
  private Thread caller; // the cleaner's calls do not count

  /** Wraps a driver, or none where all that is asked is {@link #answer answered}. */
  WatchedDriver(Driver real) {
    this.real = real;
    ENDS.keySet().forEach(call -> alive.put(call, new AtomicInteger()));
  }

  /** A call gives a value, or throws an exception. */
  WatchedDriver answer(String call, Object value) {
    answers.put(call, value);
    return this;
  }

  /** From now on, of a call in this thread the one behind so many others fails. */
  synchronized void fail(String call, int behind, int errorCode) {
    failing = call;
    after = behind;
    code = errorCode;
    failed = false;
    caller = Thread.currentThread();
  }

  /** Nothing fails any more; whether something did. */
  synchronized boolean mend() {
    failing = null;
    return failed;
  }

  /** How many things that a call makes have not been given back. */
  int alive(String call) {
    return alive.get(call).get();
  }

  /** The arguments that the driver gets; a test may change them. */
  Object[] arguments(String call, Object[] arguments) {
    return arguments;
  }

  final Driver driver() {
    return (Driver)
        Proxy.newProxyInstance(
            WatchedDriver.class.getClassLoader(),
            new Class<?>[] {Driver.class},
            (proxy, method, arguments) -> call(method, arguments));
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    synchronized (this) {
      boolean counted = name.equals(failing) && Thread.currentThread() == caller;
      if (counted && after-- == 0) {
        failed = true;
        throw new CudaException(name, code, "INJECTED", "");
      }
    }
    if (answers.containsKey(name)) {
      Object answer = answers.get(name);
      if (answer instanceof Throwable failure) {
        throw failure;
      }
      return answer;
    }
    if (real == null) {
      throw new AssertionError("nobody answers " + name);
    }
    try {
      Object result = method.invoke(real, arguments(name, arguments));
      if (ENDS.containsKey(name)) {
        alive.get(name).incrementAndGet();
      }
      ENDS.forEach((makes, ends) -> alive.get(makes).addAndGet(ends.equals(name) ? -1 : 0));
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
