using System.Diagnostics;

namespace VmmEngine.SoftX86.Tests.MachineCode;

/// <summary>The machine code of all handlers, as the JIT lists it in a process that compiles them.</summary>
public sealed class HandlerListings
{
    private static readonly string[] s_jitSettings = ["Tiered", "TC_", "Jit", "ReadyToRun", "OSR"];

    private readonly Lazy<Dictionary<string, string[]>> _instructions = new(List);

    /// <summary>A handler's instructions, without labels and comments.</summary>
    internal string[] Of(Handler handler) => _instructions.Value[Key(handler.Type, handler.Name)];

    /// <summary>For a failed assertion.</summary>
    internal string Describe(IEnumerable<Handler> handlers) =>
        string.Join('\n', handlers.Take(5).Select(handler => $"{handler.Type}.{handler.Name}:\n{string.Join('\n', Of(handler))}"));

    private static Dictionary<string, string[]> List()
    {
        string file = Path.GetTempFileName();
        try
        {
            Run(file);
            return File.ReadAllText(file)
                .Split("; Assembly listing for method ")[1..]
                .Select(listing => listing.Split('\n'))
                .Where(lines => lines[0].Contains("(ptr,ptr)", StringComparison.Ordinal))
                .ToDictionary(lines => KeyOf(lines[0]), lines => lines.Skip(1).Where(IsInstruction).Select(line => line.Trim()).ToArray());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Run(string file)
    {
        ProcessStartInfo start = new("dotnet", [typeof(HandlerListings).Assembly.Location]) { RedirectStandardError = true };

        // Settings of whoever runs the tests must not decide what is compiled.
        foreach (string name in start.Environment.Keys.Where(IsJitSetting).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_JitDisasm"] = string.Join(' ', Handler.All.Select(handler => handler.Method.DeclaringType!).Distinct().Select(type => $"{type.FullName}:*"));
        start.Environment["DOTNET_JitStdOutFile"] = file;
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Compiling all handlers ended with {process.ExitCode}: {error}");
        }
    }

    // VmmEngine.SoftX86.AddHandlers:Add64RegReg(ptr,ptr) (FullOpts)
    private static string KeyOf(string heading)
    {
        string[] parts = heading[..heading.IndexOf('(', StringComparison.Ordinal)].Split(':');
        return Key(parts[0][(parts[0].LastIndexOf('.') + 1)..], parts[1]);
    }

    private static string Key(string type, string method) => $"{type}.{method}";

    // Labels begin in the first column, comments with a semicolon.
    private static bool IsInstruction(string line) => line.Length > 1 && line[0] == ' ' && line.TrimStart() is [not ';', ..];

    private static bool IsJitSetting(string name) => s_jitSettings.Any(part =>
        name.StartsWith("DOTNET_" + part, StringComparison.OrdinalIgnoreCase) || name.StartsWith("COMPlus_" + part, StringComparison.OrdinalIgnoreCase));
}
