namespace VmmEngine.Cli.Doctor;

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Area">Where it belongs: kvm, processor, memory, barriers, runtime, tools.</param>
/// <param name="Name">What was looked at.</param>
/// <param name="State">What it means.</param>
/// <param name="Value">What was found, for people.</param>
/// <param name="Advice">What to do about it; null if there is nothing to do.</param>
internal sealed record Finding(string Area, string Name, FindingState State, string Value, string? Advice = null);

/// <summary>Everything that the doctor found.</summary>
/// <param name="KvmUsable">Whether guests can run on KVM here.</param>
/// <param name="Findings">The findings, grouped by area.</param>
internal sealed record DoctorReport(bool KvmUsable, IReadOnlyList<Finding> Findings);
