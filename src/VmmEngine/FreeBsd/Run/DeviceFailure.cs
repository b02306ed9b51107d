using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace VmmEngine.FreeBsd;

/// <summary>The exception that a device has thrown into a slice of a vCPU, on its way past the locks: kept and thrown again by one thread.</summary>
internal static class DeviceFailure
{
    [ThreadStatic]
    private static ExceptionDispatchInfo? t_failure;

    /// <summary>Keeps it until the thread holds no lock.</summary>
    public static void Keep(Exception failure) => t_failure = ExceptionDispatchInfo.Capture(failure);

    /// <summary>Throws what was kept, with the device's stack trace.</summary>
    [DoesNotReturn]
    public static void Throw()
    {
        ExceptionDispatchInfo failure = t_failure!;
        t_failure = null;
        failure.Throw();
    }
}
