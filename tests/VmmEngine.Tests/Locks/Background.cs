using System.Runtime.ExceptionServices;
using Xunit;

namespace VmmEngine.Tests.Locks;

/// <summary>A thread of a test. What it throws reaches the test, and a test that would hang fails instead.</summary>
internal sealed class Background
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    private Background(Action body)
    {
        _thread = new Thread(() =>
        {
            try
            {
                body();
            }
            catch (Exception exception)
            {
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    public bool HasEnded => !_thread.IsAlive;

    public static Background Run(Action body) => new(body);

    /// <summary>Runs the bodies side by side and waits for all.</summary>
    public static void RunAll(params Action[] bodies)
    {
        foreach (Background background in bodies.Select(Run).ToList())
        {
            background.Wait();
        }
    }

    /// <summary>Waits until something has come about.</summary>
    public static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Patience), "It did not come about.");

    public void Wait()
    {
        Assert.True(_thread.Join(Patience), "The thread hangs.");
        _failure?.Throw();
    }
}
