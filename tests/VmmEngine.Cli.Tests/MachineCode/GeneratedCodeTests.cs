using System.Diagnostics;
using VmmEngine.Cli.CommandLine;
using Xunit;

namespace VmmEngine.Cli.Tests.MachineCode;

/// <summary>What the JIT makes of the generated code, listed by the benchmark that runs it hot.</summary>
public sealed class GeneratedCodeTests(GeneratedCodeTests.HotCode code) : IClassFixture<GeneratedCodeTests.HotCode>
{
    // One comparison, of the command word: a bounds check or a class initialisation check would be another.
    [OptimizedX64Fact]
    public void DispatchIsOneMultiplicationOneComparisonAndOneJump()
    {
        Listing dispatch = code.Of("BareCommands`2", "Ioctl");

        Assert.True(dispatch.Count("imul|mul") == 1, dispatch.Text);
        Assert.True(dispatch.Count("cmp|test|bt") == 1, dispatch.Text);
        Assert.True(dispatch.Count("j(?!mp)") == 1, dispatch.Text);
        Assert.True(dispatch.Count("call") == 0, dispatch.Text);
        Assert.DoesNotContain("CORINFO_HELP", dispatch.Text, StringComparison.Ordinal);
    }

    // Readers of the memory map have no fence: the processor's order of a store and a later load is dealt with by the writer's barrier,
    // but only if the compiler has left the load behind the store.
    [OptimizedX64Fact]
    public void AReaderMarksItsLineBeforeItLooksAtTheWriter()
    {
        Listing thunk = code.Of("LockedCommands`2", "GetNextMappingThunk");

        Assert.True(thunk.StoresMarkerBeforeItReads("EnterSharedContended"), thunk.Text);
        Assert.True(thunk.StoresMarkerBeforeItReads("Futex:Wake"), thunk.Text);
    }

    /// <summary>The listings, made once for all tests.</summary>
    public sealed class HotCode
    {
        // On a busy machine the JIT's background thread may not come to the last tier within the quick warm-up.
        private static readonly string[][] Attempts = [["--quick"], [], []];

        private static readonly string[] Needed = ["BareCommands`2:Ioctl", "LockedCommands`2:GetNextMappingThunk"];

        private readonly Lazy<string> _output = new(List);

        internal Listing Of(string type, string method) =>
            Listing.Find(_output.Value, type, method) ?? throw new InvalidOperationException($"{type}:{method} was not optimised:\n{_output.Value}");

        private static string List()
        {
            string output = "";
            foreach (string[] options in Attempts)
            {
                output = Run(options);
                if (Needed.Select(name => name.Split(':')).All(name => Listing.Find(output, name[0], name[1]) is not null))
                {
                    break;
                }
            }

            return output;
        }

        private static string Run(string[] options)
        {
            string file = Path.GetTempFileName();
            try
            {
                ProcessStartInfo start = new("dotnet", [typeof(VmmCommand).Assembly.Location, "bench", "dispatch-predictable", "slock-1", .. options])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                };

                // Settings of whoever runs the tests must not decide what is compiled.
                foreach (string name in start.Environment.Keys.Where(IsJitSetting).ToArray())
                {
                    start.Environment.Remove(name);
                }

                start.Environment["DOTNET_JitDisasm"] = "Ioctl GetNextMappingThunk";
                start.Environment["DOTNET_JitStdOutFile"] = file;
                using Process process = Process.Start(start)!;
                Task<string> output = process.StandardOutput.ReadToEndAsync();
                string error = process.StandardError.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == 0
                    ? File.ReadAllText(file)
                    : throw new InvalidOperationException($"vmm bench ended with {process.ExitCode}: {output.Result}{error}");
            }
            finally
            {
                File.Delete(file);
            }
        }

        private static bool IsJitSetting(string name) => new[] { "Tiered", "TC_", "Jit", "ReadyToRun", "OSR" }.Any(part =>
            name.StartsWith("DOTNET_" + part, StringComparison.OrdinalIgnoreCase) || name.StartsWith("COMPlus_" + part, StringComparison.OrdinalIgnoreCase));
    }
}
