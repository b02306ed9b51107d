using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>What the architecture leaves undefined is still the same every time: a restored machine goes on as the saved one.</summary>
public sealed unsafe class UndefinedFlagTests
{
    [Theory]
    [InlineData(new byte[] { 0xF7, 0xE1 })] // mul ecx
    [InlineData(new byte[] { 0x66, 0xF7, 0xE9 })] // imul cx
    [InlineData(new byte[] { 0xF6, 0xE1 })] // mul cl
    public void FlagsOfAProductDoNotDependOnFlagsBefore(byte[] product) =>
        Assert.Equal(FlagsAfter([0x39, 0xC0], product), FlagsAfter([0xA8, 0x80], product)); // cmp eax, eax: zero; test al, 0x80: sign

    // The first run ends behind the first instruction, and so its flags are recorded.
    private static ulong FlagsAfter(byte[] first, byte[] second)
    {
        using SoftMachine machine = new();
        CpuRegisters registers = machine.Registers();
        registers.General[0] = 0x80;
        registers.General[1] = 1;
        machine.Write(RegisterGroups.General, in registers);
        machine.Load([.. first, 0xF4, .. second, 0xF4]);

        Assert.Equal(RunResult.Halted, machine.Run());
        machine.Jump(SoftMachine.Code + (ulong)first.Length + 1);
        Assert.Equal(RunResult.Halted, machine.Run());
        return machine.Registers().Rflags;
    }
}
