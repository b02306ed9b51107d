namespace VmmEngine.Cli.Doctor;

/// <summary>Looks for a C compiler, which only the baselines of <c>vmm bench</c> need.</summary>
internal static class CompilerCheck
{
    private static readonly string[] Names = ["gcc", "cc", "clang"];

    public static void Examine(HostMachine machine, List<Finding> findings)
    {
        string? compiler = Names
            .SelectMany(_ => machine.SearchPath.Split(':', StringSplitOptions.RemoveEmptyEntries), (name, directory) => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
        findings.Add(compiler is null
            ? new Finding("tools", "C compiler", FindingState.Without, "none in PATH", "Install gcc to let vmm bench compare with its C baselines.")
            : new Finding("tools", "C compiler", FindingState.Good, compiler));
    }
}
