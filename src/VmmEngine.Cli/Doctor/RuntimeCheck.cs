using System.Runtime;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.Cli.Doctor;

/// <summary>Looks at the runtime that carries this program.</summary>
internal static class RuntimeCheck
{
    public static void Examine(List<Finding> findings)
    {
        findings.Add(new Finding("runtime", "version", FindingState.Fact, RuntimeInformation.FrameworkDescription));
        findings.Add(new Finding("runtime", "identifier", FindingState.Fact, RuntimeInformation.RuntimeIdentifier));
        findings.Add(new Finding("runtime", "garbage collector", FindingState.Fact,
            $"{(GCSettings.IsServerGC ? "server" : "workstation")}, latency mode {GCSettings.LatencyMode}"));
        findings.Add(new Finding("runtime", "code generation", FindingState.Fact,
            RuntimeFeature.IsDynamicCodeCompiled ? "just in time" : "ahead of time"));
    }
}
