using VastPS.Bench;

return (args.FirstOrDefault(), args.Length) switch
{
    ("accuracy", 1) => AccuracyReport.Write(Console.Out, Path.Combine("..", "shared", "data", "estimates-measured.csv")),
    ("accuracy", 2) => AccuracyReport.Write(Console.Out, args[1]),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("bench accuracy [FILE.csv]   how well the measured runs of a file are estimated");
    return 2;
}
