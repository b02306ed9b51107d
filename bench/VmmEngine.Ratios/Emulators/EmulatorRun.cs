using System.ComponentModel;
using System.Diagnostics;
using VmmEngine.Machines;

namespace VmmEngine.Ratios.Emulators;

/// <summary>What one emulator did with one image.</summary>
/// <param name="Result">The low 7 bits of the kernel's result, which is as much as every emulator hands out.</param>
/// <param name="Seconds">Wall-clock time, or what the emulator says of its own time.</param>
internal readonly record struct EmulatorRun(int Result, double Seconds)
{
    private const int ResultMask = 0x7F;

    /// <summary>Runs an image on the software vCPU of this process.</summary>
    public static EmulatorRun OnEngine(KernelImage image, out ulong instructions)
    {
        using Machine machine = new(new MachineOptions { Backend = BackendChoice.Software });
        machine.LoadKernel(image.ToElf());
        MachineResult result = machine.Run(new RunLimits(TimeSpan.FromMinutes(5)));
        if (result.End != MachineEnd.Exited)
        {
            throw new InvalidOperationException($"The software vCPU did not come to the kernel's end: {result.Detail}.");
        }

        instructions = result.Instructions!.Value;
        return new EmulatorRun((int)result.Status & ResultMask, result.Elapsed.TotalSeconds);
    }

    /// <summary>Runs an image file with QEMU's code generator.</summary>
    public static EmulatorRun OnQemu(string program, string elfFile)
    {
        long begin = Stopwatch.GetTimestamp();
        int status = Execute(
            program,
            ["-accel", "tcg", "-M", "pc", "-cpu", "qemu64", "-m", "64", "-nodefaults", "-display", "none", "-no-reboot",
             "-kernel", elfFile, "-device", "isa-debug-exit,iobase=0xf4,iosize=4"],
            out _);
        // The device makes (result << 1 | 1) of it, and the shell keeps a byte.
        return new EmulatorRun((status >> 1) & ResultMask, Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    /// <summary>Runs a raw image file with Unicorn.</summary>
    public static EmulatorRun OnUnicorn(string program, string rawFile)
    {
        _ = Execute(
            program,
            [rawFile, $"0x{KernelImage.LoadAddress:x}", $"0x{KernelImage.Code:x}", $"0x{KernelImage.PageTables:x}", $"0x{KernelImage.StackTop:x}"],
            out string said);
        string[] figures = said.Split(' ');
        return figures.Length == 2 && int.TryParse(figures[0], out int result) && long.TryParse(figures[1], out long nanoseconds)
            ? new EmulatorRun(result & ResultMask, nanoseconds / 1e9)
            : throw new InvalidOperationException($"{program} answered '{said.Trim()}'.");
    }

    private static int Execute(string program, string[] arguments, out string said)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false };
        try
        {
            using Process process = Process.Start(start)!;
            said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"{program} does not start: {error.Message}", error);
        }
    }
}
