using VmmEngine.Memory;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Machines.Tests;

/// <summary>The README's first program compiles and does what it says.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void TheProgramRuns()
    {
        TextWriter before = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            Program();
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.Equal("Exited, status 42", output.ToString().Trim());
    }

    [Fact]
    public void TheProgramIsTheOneInTheReadme() => ReadmePrograms.AssertShown("VmmEngine.Machines.Tests");

    private static void Program()
    {
        // README: begin
        byte[] code = [0xB0, 0x2A, 0xE6, 0xF4, 0xF4]; // mov al, 42; out 0xF4, al; hlt

        using Machine machine = new(new MachineOptions { MemoryBytes = 1 << 20 });
        machine.LoadFlat(code, new Gpa(0x1000));
        machine.AttachSerial(Console.OpenStandardOutput());

        MachineResult result = machine.Run(new RunLimits(TimeSpan.FromSeconds(10)));
        Console.WriteLine($"{result.End}, status {result.Status}");
        // README: end
    }
}
