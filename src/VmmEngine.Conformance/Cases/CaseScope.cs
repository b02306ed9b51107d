using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Cases;

/// <summary>What one case has: a system of its own, and a time that ends.</summary>
public sealed class CaseScope(ConformanceCase @case, ISystemUnderTest system, ISystemProvider provider, CancellationToken timeUp)
{
    /// <summary>The system.</summary>
    public ISystemUnderTest System { get; } = system;

    /// <summary>How it is set up.</summary>
    public SystemSetup Setup => @case.Setup;

    /// <summary>What executes the guests.</summary>
    public string Backend => provider.Backend;

    /// <summary>Starts a second thread of the case.</summary>
    public CaseThread Start(Action work) => new($"{@case.Name}, second thread", work);

    /// <summary>Waits until something can be seen, looking again and again. When the case's time is up it ends with that.</summary>
    /// <param name="what">What is waited for, to follow "until".</param>
    /// <param name="isThere">Whether it is there.</param>
    public void Await(string what, Func<bool> isThere)
    {
        SpinWait spin = default;
        while (!isThere())
        {
            if (timeUp.IsCancellationRequested)
            {
                throw new CaseFailedException($"waiting until {what}", "it to happen", "nothing within the case's time");
            }

            spin.SpinOnce();
        }
    }
}
