namespace VmmEngine.Conformance.Tests.Model;

/// <summary>An instruction of the model's guest.</summary>
internal enum Op
{
    Out,
    In,
    Sti,
    Nop,
    Hlt,
    Cli,
    ReadDevice,
    ReadNowhere,
    Store,
    EmptyInterruptTable,
    Breakpoint,
    Jump,
    Iret,
}

/// <summary>An instruction at its place.</summary>
/// <param name="Op">Which.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Port">Of OUT and IN.</param>
/// <param name="Target">Of JMP.</param>
internal readonly record struct Instruction(Op Op, int Length, int Port = 0, ulong Target = 0);

/// <summary>
/// The guest of every VM, in real mode: cells that a client can start at. The first seven follow each other in a ring, with ports among them, so that no run
/// is endless; the others end a vCPU or its tables.
/// </summary>
internal static class GuestProgram
{
    public const int MemorySize = 0x1_0000;
    public const ulong DeviceAddress = 0x10_0000;
    public const ulong Protected = 0x4000;
    public const ulong ClockRecord = 0x5000;
    public const ulong Stack = 0x8000;
    public const ulong ResetVector = 0xFFF0;
    public const ulong Handler = 0x3000;
    public const int HandlerPort = 0x77;
    public const int Cells = 10;

    private const int Ring = 7;
    private const ulong First = 0x1000;
    private const ulong CellSize = 0x20;

    private static readonly (Op Op, byte[] Code, int Port)[][] Bodies =
    [
        [(Op.Out, [0xE6, 0x10], 0x10)],
        [(Op.In, [0xE4, 0x11], 0x11)],
        [(Op.Sti, [0xFB], 0), (Op.Nop, [0x90], 0), (Op.Hlt, [0xF4], 0)],
        [(Op.ReadDevice, [0x67, 0xA0, 0x00, 0x00, 0x10, 0x00], 0)],
        [(Op.Cli, [0xFA], 0)],
        [(Op.Store, [0xA2, 0x00, 0x40], 0)],
        [(Op.Sti, [0xFB], 0), (Op.Nop, [0x90], 0)],
        [(Op.Cli, [0xFA], 0), (Op.Hlt, [0xF4], 0)],
        [(Op.ReadNowhere, [0x67, 0xA0, 0x00, 0x00, 0x20, 0x00], 0)],
        [(Op.EmptyInterruptTable, [0x0F, 0x01, 0x1E, 0x00, 0x09], 0), (Op.Breakpoint, [0xCC], 0)], // lidt [900h], where zeros are
    ];

    private static readonly byte[] Image = new byte[MemorySize];

    static GuestProgram()
    {
        for (int vector = 0; vector < 256; vector++)
        {
            BitConverter.TryWriteBytes(Image.AsSpan(vector * 4), (uint)Handler);
        }

        Add(Handler, new Instruction(Op.Out, 2, HandlerPort), [0xE6, HandlerPort]);
        Add(Handler + 2, new Instruction(Op.Iret, 1), [0xCF]);
        for (int cell = 0; cell < Cells; cell++)
        {
            ulong address = StartOf(cell);
            foreach ((Op op, byte[] code, int port) in Bodies[cell])
            {
                Add(address, new Instruction(op, code.Length, port), code);
                address += (ulong)code.Length;
            }

            ulong next = StartOf(cell < Ring ? (cell + 1) % Ring : cell);
            ushort distance = (ushort)(next - (address + 3));
            Add(address, new Instruction(Op.Jump, 3, Target: next), [0xE9, (byte)distance, (byte)(distance >> 8)]);
        }
    }

    public static Dictionary<ulong, Instruction> At { get; } = [];

    public static ulong StartOf(int cell) => First + ((ulong)cell * CellSize);

    public static void Load(Span<byte> memory) => Image.CopyTo(memory);

    private static void Add(ulong address, Instruction instruction, byte[] code)
    {
        At.Add(address, instruction);
        code.CopyTo(Image, (int)address);
    }
}
