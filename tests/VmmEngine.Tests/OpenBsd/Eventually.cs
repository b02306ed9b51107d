using Xunit;

namespace VmmEngine.Tests.OpenBsd;

/// <summary>Waiting for what another thread is about to do, with a limit that only a failure reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static void Is(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Limit), "It did not come about.");

    public static T Result<T>(Task<T> task)
    {
        Assert.True(((IAsyncResult)task).AsyncWaitHandle.WaitOne(Limit), "The call did not return.");
        return task.GetAwaiter().GetResult();
    }
}
