using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.Guests.Platform;

/// <content>Ports, registers in memory, MSRs. What is read comes in RAX, the rest of which is 0. They use RCX and RDX.</content>
internal sealed partial class PlatformProgram
{
    /// <summary>Reads a byte.</summary>
    public void In8(ushort port)
    {
        C.mov(edx, port);
        C.xor(eax, eax);
        C.@in(al, dx);
    }

    /// <summary>Reads a double word.</summary>
    public void In32(ushort port)
    {
        C.mov(edx, port);
        C.@in(eax, dx);
    }

    /// <summary>Writes a byte.</summary>
    public void Out8(ushort port, int value)
    {
        C.mov(edx, port);
        C.mov(al, unchecked((sbyte)value));
        C.@out(dx, al);
    }

    /// <summary>Reads a double word of a device.</summary>
    public void Read32(ulong address)
    {
        C.mov(edx, (uint)address);
        C.mov(eax, __dword_ptr[rdx]);
    }

    /// <summary>Writes a double word of a device.</summary>
    public void Write32(ulong address, uint value)
    {
        C.mov(edx, (uint)address);
        C.mov(eax, value);
        C.mov(__dword_ptr[rdx], eax);
    }

    /// <summary>Reads an MSR's low half.</summary>
    public void ReadMsr(uint number)
    {
        C.mov(ecx, number);
        C.rdmsr();
        C.mov(eax, eax);
    }

    /// <summary>Writes an MSR.</summary>
    public void WriteMsr(uint number, ulong value)
    {
        C.mov(ecx, number);
        C.mov(eax, (uint)value);
        C.mov(edx, (uint)(value >> 32));
        C.wrmsr();
    }

    /// <summary>Writes an MSR that may answer with an exception, whose vector is then written down like an interrupt's.</summary>
    public void TryWriteMsr(uint number, ulong value) => Try(() => WriteMsr(number, value));

    /// <summary>Carries out instructions of which one may end in an exception: goes on behind them.</summary>
    public void Try(Action instructions)
    {
        Label behind = C.CreateLabel();
        C.lea(rax, __[behind]);
        C.mov(__qword_ptr[PlatformGuest.ResumeAt], rax);
        instructions();
        C.Label(ref behind);
        C.mov(__qword_ptr[PlatformGuest.ResumeAt], 0);
    }

    /// <summary>Asks something of whoever runs the guest.</summary>
    public void Command(PlatformCommand command, int argument = 0)
    {
        C.mov(edx, PlatformGuest.CommandPort);
        C.mov(eax, CommandWord(command, argument));
        C.@out(dx, eax);
    }

    private static uint CommandWord(PlatformCommand command, int argument) => ((uint)command << 24) | (uint)argument;
}
