using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Cases;

/// <summary>One thing that a client may rely on, and how it is found out.</summary>
/// <param name="Name">What about, a slash, and the fact: <c>VM_MMAP_MEMSEG/overlap-is-EFAULT</c>.</param>
/// <param name="Commands">The commands that it is about; the first is the one that is to be looked at.</param>
/// <param name="Section">The part of the interface's behaviour that says so: a number of <see cref="ConformanceSuite.Sections"/>.</param>
/// <param name="Why">What a client relies on, in a sentence.</param>
/// <param name="Body">Returns if the fact holds, else throws; see <see cref="CaseFailedException"/> and <see cref="CaseSkippedException"/>.</param>
public sealed record ConformanceCase(string Name, IReadOnlyList<string> Commands, string Section, string Why, Action<CaseScope> Body)
{
    /// <summary>What the case needs of the system.</summary>
    public SystemSetup Setup { get; init; } = new();

    /// <inheritdoc/>
    public override string ToString() => Name;
}
