namespace VmmEngine.SoftX86;

/// <summary>FXSAVE and FXRSTOR: 512 bytes at a multiple of 16, of which 64-bit mode uses 416 and the others 288 (SDM volume 1, 10.5.1).</summary>
internal static unsafe class FxState
{
    private const int StackOffset = 32, XmmOffset = 160;

    public static Step Fxsave(Cpu* cpu, MicroOp* op) => Save(cpu, false);

    /// <summary>With REX.W: instruction and data pointers have 64 bits.</summary>
    public static Step Fxsave64(Cpu* cpu, MicroOp* op) => Save(cpu, true);

    public static Step Fxrstor(Cpu* cpu, MicroOp* op) => Restore(cpu, false);

    public static Step Fxrstor64(Cpu* cpu, MicroOp* op) => Restore(cpu, true);

    private static int Length(Cpu* cpu) => XmmOffset + (16 * XmmCount(cpu));

    private static int XmmCount(Cpu* cpu) => cpu->Mode == CpuMode.Long64 ? 16 : 8;

    private static bool TryBegin(Cpu* cpu)
    {
        if (!FpuControl.MayUse(cpu, false))
        {
            return false;
        }

        if ((cpu->EffectiveAddress & 15) != 0)
        {
            _ = Faults.Protection(cpu);
            return false;
        }

        return true;
    }

    private static Step Save(Cpu* cpu, bool wide)
    {
        if (!TryBegin(cpu))
        {
            return Step.Fault;
        }

        byte* image = stackalloc byte[512];
        new Span<byte>(image, 512).Clear();
        ref FpuState fpu = ref cpu->Fpu;
        ((ushort*)image)[0] = fpu.Control;
        ((ushort*)image)[1] = fpu.Status;
        ((ushort*)image)[2] = fpu.Tags;
        ((ushort*)image)[3] = fpu.Opcode;
        ((ulong*)image)[1] = wide ? fpu.InstructionPointer : (uint)fpu.InstructionPointer;
        ((ulong*)image)[2] = wide ? fpu.DataPointer : (uint)fpu.DataPointer;
        ((uint*)image)[6] = cpu->Mxcsr;
        ((uint*)image)[7] = Mxcsr.Mask;
        for (int i = 0; i < 8; i++)
        {
            ulong* register = cpu->Fpu.Registers + (2 * FpuStack.Physical(cpu, i));
            *(ulong*)(image + StackOffset + (16 * i)) = register[0];
            *(ushort*)(image + StackOffset + (16 * i) + 8) = (ushort)register[1];
        }

        new ReadOnlySpan<byte>(cpu->Xmm, 16 * XmmCount(cpu)).CopyTo(new Span<byte>(image + XmmOffset, 256));
        return LinearMemory.TryWriteBytes(cpu, cpu->EffectiveAddress, image, Length(cpu), Access.Write) ? Step.Next : Step.Fault;
    }

    private static Step Restore(Cpu* cpu, bool wide)
    {
        if (!TryBegin(cpu))
        {
            return Step.Fault;
        }

        byte* image = stackalloc byte[512];
        if (!LinearMemory.TryReadBytes(cpu, cpu->EffectiveAddress, image, Length(cpu), Access.Read))
        {
            return Step.Fault;
        }

        uint mxcsr = ((uint*)image)[6];
        if ((mxcsr & ~Mxcsr.Mask) != 0)
        {
            return Faults.Protection(cpu);
        }

        ref FpuState fpu = ref cpu->Fpu;
        fpu.Status = ((ushort*)image)[1];
        fpu.Opcode = ((ushort*)image)[3];
        fpu.InstructionPointer = wide ? ((ulong*)image)[1] : ((uint*)image)[2];
        fpu.DataPointer = wide ? ((ulong*)image)[2] : ((uint*)image)[4];
        for (int i = 0; i < 8; i++)
        {
            FpuStack.WriteRaw(cpu, i, *(ushort*)(image + StackOffset + (16 * i) + 8), *(ulong*)(image + StackOffset + (16 * i)));
        }

        fpu.Tags = image[4];
        FpuControl.LoadControl(cpu, ((ushort*)image)[0]);
        cpu->Mxcsr = mxcsr;
        new ReadOnlySpan<byte>(image + XmmOffset, 16 * XmmCount(cpu)).CopyTo(new Span<byte>(cpu->Xmm, 256));
        return Step.Next;
    }
}
