using Iced.Intel;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>Finds the instruction whose write has left the guest although KVM had finished it, and undoes it.</summary>
/// <remarks>
/// The instruction ends where RIP is. Of those that could end there the shortest is taken that makes this very access, to this address with
/// this size: a longer one with a prefix more has the same effect. A string instruction that has more to do is where RIP is.
/// </remarks>
internal readonly struct FinishedWrite(GuestCode code)
{
    private const ulong DirectionFlag = 1 << 10;

    /// <summary>Puts the registers back to where they were before the instruction; leaves them alone if it is not found.</summary>
    public bool TryUndo(in VcpuExit exit, ref kvm_regs registers)
    {
        for (int length = 0; length <= GuestCode.LongestInstruction; length++)
        {
            code.Decode(length, out Instruction instruction);
            bool fits = length == 0 ? IsRepeated(in instruction) : instruction.Length == length;
            kvm_regs before = registers;
            before.rip = code.Truncate(registers.rip - (ulong)length);
            if (fits && !instruction.IsInvalid && IsWriter(in instruction, in exit, ref before))
            {
                registers = before;
                return true;
            }
        }

        return false;
    }

    // Also turns the registers after the instruction into those before it.
    private bool IsWriter(in Instruction instruction, in VcpuExit exit, ref kvm_regs registers)
    {
        if (instruction.Mnemonic == Mnemonic.Out)
        {
            ulong port = instruction.Op0Kind == OpKind.Immediate8 ? instruction.Immediate8 : (ushort)registers.rdx;
            return exit.Reason == ExitReason.PortOut && port == exit.Port && instruction.Op1Register.GetSize() == exit.Size;
        }

        if (instruction.IsStringInstruction)
        {
            return IsStringWriter(in instruction, in exit, ref registers);
        }

        if (exit.Reason == ExitReason.PortOut)
        {
            return false;
        }

        if (instruction.IsStackInstruction && instruction.FlowControl == FlowControl.Next && instruction.StackPointerIncrement < 0)
        {
            ulong pushed = registers.rsp;
            registers.rsp -= (ulong)(long)instruction.StackPointerIncrement;
            return Covers(code.SegmentBase(Register.SS) + pushed, -instruction.StackPointerIncrement, in exit);
        }

        return instruction.Op0Kind == OpKind.Memory
            && instruction.TryGetVirtualAddress(0, 0, code, out ulong address)
            && Covers(address, instruction.MemorySize.GetSize(), in exit);
    }

    private bool IsStringWriter(in Instruction instruction, in VcpuExit exit, ref kvm_regs registers)
    {
        bool isOut = instruction.Mnemonic is Mnemonic.Outsb or Mnemonic.Outsw or Mnemonic.Outsd;
        bool isStore = instruction.Mnemonic is Mnemonic.Stosb or Mnemonic.Stosw or Mnemonic.Stosd or Mnemonic.Stosq
            or Mnemonic.Movsb or Mnemonic.Movsw or Mnemonic.Movsd or Mnemonic.Movsq or Mnemonic.Insb or Mnemonic.Insw or Mnemonic.Insd;
        bool usesSource = isOut || instruction.Mnemonic is Mnemonic.Movsb or Mnemonic.Movsw or Mnemonic.Movsd or Mnemonic.Movsq;
        bool isThisKind = exit.Reason == ExitReason.PortOut ? isOut && (ushort)registers.rdx == exit.Port : isStore;
        if (!isThisKind || instruction.MemorySize.GetSize() != exit.Size)
        {
            return false;
        }

        ulong mask = AddressMask(in instruction);
        ulong step = (ulong)exit.Size * exit.Count;
        step = (registers.rflags & DirectionFlag) != 0 ? step : 0 - step;
        if (usesSource)
        {
            registers.rsi = Replace(registers.rsi, registers.rsi + step, mask);
        }

        if (isStore)
        {
            registers.rdi = Replace(registers.rdi, registers.rdi + step, mask);
        }

        if (IsRepeated(in instruction))
        {
            registers.rcx = Replace(registers.rcx, registers.rcx + exit.Count, mask);
        }

        return isOut || Covers(code.SegmentBase(Register.ES) + (registers.rdi & mask), exit.Size, in exit);
    }

    // An access of more than 8 bytes, or across a page, arrives in parts; any other whole.
    private bool Covers(ulong linear, int size, in VcpuExit exit)
    {
        const ulong page = 4096;
        if (!code.TryTranslate(linear, out ulong physical))
        {
            return false;
        }

        bool isSplit = size > sizeof(ulong) || (physical % page) + (ulong)size > page;
        return isSplit ? exit.Address - physical < (ulong)size : exit.Address == physical && exit.Size == size;
    }

    private static bool IsRepeated(in Instruction instruction) => instruction.HasRepPrefix || instruction.HasRepnePrefix;

    private static ulong AddressMask(in Instruction instruction)
    {
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            switch (instruction.GetOpKind(operand))
            {
                case OpKind.MemorySegSI or OpKind.MemoryESDI:
                    return ushort.MaxValue;

                case OpKind.MemorySegESI or OpKind.MemoryESEDI:
                    return uint.MaxValue;
            }
        }

        return ulong.MaxValue;
    }

    private static ulong Replace(ulong old, ulong value, ulong mask) => (old & ~mask) | (value & mask);
}
